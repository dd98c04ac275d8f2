import { connection } from "../api/connection";
import { feedStore } from "../api/feed";
import { useStore } from "../api/store";

// Whether the server answers and the stream of diffs is open.
export function Live() {
  const { state } = useStore(connection);
  const feed = useStore(feedStore);
  const on = state === "online" && feed.state === "open";
  const words = on ? "Live" : state === "offline" ? "Offline" : "Connecting";
  return (
    <span className={"live " + (on ? "on" : state === "offline" ? "off" : "")} role="status" data-testid="connection">
      <span className="dot" aria-hidden="true" />
      {words}
    </span>
  );
}
