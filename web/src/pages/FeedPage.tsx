import { useMemo, useState } from "react";
import { json } from "../api/api";
import { feedStore, type FeedItem } from "../api/feed";
import { useLoad } from "../api/load";
import { useStore } from "../api/store";
import type { Schema } from "../api/types";
import { plural, second } from "../lib/format";
import { to } from "../lib/route";

const shown = 200;

const causes: Record<string, string> = {
  data: "a field changed", event: "an event", time: "time passed", list: "a list", segment: "another segment", definition: "the rule changed",
};

// Who enters and leaves, as it happens.
export function FeedPage({ segment }: { segment: string }) {
  const feed = useStore(feedStore);
  const [paused, setPaused] = useState<FeedItem[]>();
  const segments = useLoad(async (signal) => (await json<Schema>("GET", "/app/schema", undefined, { signal })).value.segments, []).value ?? [];
  const names = useMemo(() => new Map(segments.map((s) => [s.id, s.name])), [segments]);
  const choose = (id: string) => window.location.replace(to("feed", undefined, id ? { segment: id } : {}));
  const all = paused ?? feed.items;
  const items = all.filter((d) => !segment || d.segment === segment).slice(0, shown);
  const behind = paused ? feed.received - (paused[0]?.key ?? 0) : 0;
  return (
    <>
      <div className="page-head">
        <div>
          <h1>Live</h1>
          <p className="muted" role="status">
            {feed.state === "open" ? "Connected." : "Not connected, trying again."} {plural(feed.received, "change")} since this page was opened.
            {feed.restarts > 0 && <strong data-testid="feed-restarted"> The stream was restarted: changes in between are not shown.</strong>}
          </p>
        </div>
        <div className="actions">
          <label className="field-inline">
            <span>Segment</span>
            <select value={segment} onChange={(e) => choose(e.target.value)} data-testid="feed-segment">
              <option value="">All segments</option>
              {segments.map((s) => <option key={s.id} value={s.id}>{s.name || s.id}</option>)}
            </select>
          </label>
          <button aria-pressed={paused !== undefined} onClick={() => setPaused(paused ? undefined : feed.items)} data-testid="feed-pause">
            {paused ? (behind > 0 ? `Resume (${behind} new)` : "Resume") : "Pause"}
          </button>
        </div>
      </div>
      {items.length === 0 ? (
        <div className="empty">
          <h2>Nothing has changed yet</h2>
          <p>Members who enter and leave appear here: when data comes, when time passes, and when a rule is activated.</p>
        </div>
      ) : (
        <ol className="feed card flush" data-testid="feed-list" aria-label="Changes of membership, newest first">
          {items.map((d) => (
            <Item key={d.key} diff={d} name={names.get(d.segment) || d.segment} />
          ))}
        </ol>
      )}
    </>
  );
}

function Item({ diff: d, name }: { diff: FeedItem; name: string }) {
  return (
    <li data-testid="feed-item" data-entered={d.entered}>
      <span className={"move " + (d.entered ? "in" : "out")}>{d.entered ? "entered" : "left"}</span>
      <span className="feed-what">
        <a href={to("contacts", d.contact)}>{d.contact}</a> <span className="muted">{d.entered ? "is in" : "is no longer in"}</span> <a href={to("segments", d.segment)}>{name}</a>
      </span>
      <span className="cause">{causes[d.cause] ?? d.cause}</span>
      <time dateTime={d.at}>{second(d.at)}</time>
    </li>
  );
}
