import { useState } from "react";
import { advance, useInfo, useNow } from "../api/info";
import { minute, plural } from "../lib/format";
import { say } from "./toast";

// The clock of the host and, where it is simulated, the buttons that move it on.
export function Clock() {
  const info = useInfo();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  if (!info || now === undefined) return null;
  const move = async (by: string, words: string) => {
    setBusy(true);
    try {
      const diffs = await advance(by);
      say(`${words} later: ${plural(diffs, "change")} of membership.`);
    } catch (e) {
      say((e as Error).message, "error");
    }
    setBusy(false);
  };
  return (
    <div className="clock" role="group" aria-label={info.simulated ? "Simulated clock" : "Clock"}>
      <time dateTime={new Date(now).toISOString()} data-testid="clock-now" title="The time of the host, in UTC">
        {minute(now)} <abbr title="Coordinated Universal Time">UTC</abbr>
      </time>
      {info.simulated && (
        <>
          <button className="small" disabled={busy} data-testid="clock-plus-1" onClick={() => move("24h", "One day")}>
            +1 day
          </button>
          <button className="small" disabled={busy} data-testid="clock-plus-30" onClick={() => move("720h", "30 days")}>
            +30 days
          </button>
        </>
      )}
    </div>
  );
}
