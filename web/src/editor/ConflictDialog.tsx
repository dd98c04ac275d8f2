import type { Draft } from "../api/types";
import { second } from "../lib/format";
import { Dialog } from "../ui/Dialog";
import { Rule } from "../ui/Rule";
import type { Saving } from "./useSaving";

interface Props {
  theirs: Draft | undefined;
  mine: { name: string; rule: string };
  saving: Saving;
}

// Somebody else saved in between: both versions, to choose one.
export function ConflictDialog({ theirs, mine, saving }: Props) {
  return (
    <Dialog
      title="Somebody else saved this segment"
      testid="conflict-dialog"
      onClose={saving.closeConflict}
      actions={
        <>
          <button onClick={saving.closeConflict}>Decide later</button>
          {theirs && (
            <button onClick={saving.takeTheirs} data-testid="take-theirs">
              Take theirs
            </button>
          )}
          <button className="primary" disabled={saving.busy} onClick={saving.keepMine} data-testid="keep-mine">
            {theirs ? "Save mine over it" : "Save mine"}
          </button>
        </>
      }
    >
      {theirs ? (
        <div className="versions">
          <Version title={`Theirs, saved ${second(theirs.updated)} UTC`} name={theirs.name} rule={theirs.rule} />
          <Version title="Yours, not saved" name={mine.name} rule={mine.rule} />
        </div>
      ) : (
        <p>The draft that you began from is gone: it was activated or deleted. Your version can be saved as a new draft.</p>
      )}
    </Dialog>
  );
}

function Version({ title, name, rule }: { title: string; name: string; rule: string }) {
  return (
    <section>
      <h3>{title}</h3>
      <p className="version-name">{name}</p>
      <Rule text={rule} />
    </section>
  );
}
