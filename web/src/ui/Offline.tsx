import { useEffect, useState } from "react";
import { connection, tryNow } from "../api/connection";
import { useStore } from "../api/store";

// Says that the server is away, and when it is asked again.
export function Offline() {
  const { state, retryAt } = useStore(connection);
  const [, tick] = useState(0);
  useEffect(() => {
    if (state !== "offline") return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [state]);
  const seconds = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
  return (
    <div aria-live="polite">
      {state === "offline" && (
        <div className="banner" data-testid="offline">
          <span>The server does not answer. What you typed is kept.</span>
          <span aria-hidden="true">{seconds > 0 ? `Trying again in ${seconds} s` : "Trying …"}</span>
          <button className="small" onClick={tryNow}>
            Try now
          </button>
        </div>
      )}
    </div>
  );
}
