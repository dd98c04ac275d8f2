import type { Defined, Some } from "../api/types";
import { count, plural } from "../lib/format";
import { Dialog } from "../ui/Dialog";
import type { Saving } from "./useSaving";

interface Props {
  dry: Defined;
  name: string;
  id: string | undefined;
  saving: Saving;
}

// What activating the rule would do, to this segment and to those that refer to it.
export function ActivateDialog({ dry, name, id, saving }: Props) {
  const shown = name.trim() || "this segment";
  const changes = dry.changes.filter((c) => c.entered.count + c.left.count > 0);
  return (
    <Dialog
      title={`Activate ${shown}?`}
      testid="activate-dialog"
      onClose={saving.closeDry}
      actions={
        <>
          <button onClick={saving.closeDry}>Not now</button>
          <button className="primary" disabled={saving.busy} onClick={saving.activate} data-testid="activate-confirm">
            Activate
          </button>
        </>
      }
    >
      {changes.length === 0 && <p>Nobody enters or leaves now. The rule applies to everything that happens from here on.</p>}
      {changes.length > 0 && (
        <ul className="dry">
          {changes.map((c) => (
            <li key={c.segment}>
              <h3>{c.segment === id || id === undefined ? shown : c.segment}</h3>
              <p>
                <Part some={c.entered} verb="enters" many="enter" kind="in" /> <Part some={c.left} verb="leaves" many="leave" kind="out" />
              </p>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Part({ some, verb, many, kind }: { some: Some; verb: string; many: string; kind: "in" | "out" }) {
  if (some.count === 0) return null;
  const more = some.count - some.contacts.length;
  return (
    <span className="dry-part">
      <b className={kind}>{plural(some.count, `contact ${verb}`, `contacts ${many}`)}</b>
      <span className="muted"> {some.contacts.join(", ")}{more > 0 && ` and ${count(more)} more`}</span>
    </span>
  );
}
