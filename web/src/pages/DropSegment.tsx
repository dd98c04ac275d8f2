import { useState } from "react";
import { ApiError, json } from "../api/api";
import type { SegmentRow } from "../api/types";
import { plural } from "../lib/format";
import { Dialog } from "../ui/Dialog";
import { say } from "../ui/toast";

// gone is true of an answer that says that there is nothing of that name.
const gone = (e: unknown) => e instanceof ApiError && e.status === 404;

// Drops a segment and its draft, after it was asked for a second time.
export function DropSegment({ segment, onDone, onClose }: { segment: SegmentRow; onDone: () => void; onClose: () => void }) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const id = encodeURIComponent(segment.id);
  const drop = async () => {
    setBusy(true);
    try {
      // The segment first: if another one refers to it, it is refused and the draft stays.
      await json("DELETE", `/v1/segments/${id}`).catch((e) => gone(e) || Promise.reject(e));
      await json("DELETE", `/app/drafts/${id}`).catch((e) => gone(e) || Promise.reject(e));
      say(`Dropped ${segment.name || segment.id}.`);
      onDone();
      onClose();
    } catch (e) {
      setError((e as Error).message);
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={`Drop ${segment.name || segment.id}?`}
      testid="drop-dialog"
      onClose={onClose}
      actions={
        <>
          <button onClick={onClose}>Keep it</button>
          <button className="danger" onClick={drop} disabled={busy} data-testid="drop-confirm">
            Drop it
          </button>
        </>
      }
    >
      <p>
        {segment.size > 0 ? `${plural(segment.size, "contact")} will leave it. ` : ""}
        Its rule, its draft and its history are deleted. This cannot be undone.
      </p>
      {error && (
        <p className="notice error" role="alert">
          {error}
        </p>
      )}
    </Dialog>
  );
}
