import type { Saving } from "./useSaving";

interface Props {
  name: string;
  onName: (name: string) => void;
  dirty: boolean;
  ready: boolean; // the rule has no faults
  saving: Saving;
}

// The name of the segment, its state, and what can be done with it.
export function EditorHead({ name, onName, dirty, ready, saving }: Props) {
  const { active, draft, busy } = saving;
  const changed = dirty || draft !== undefined;
  return (
    <div className="editor-head">
      <div className="editor-title">
        <h1 className="hidden">{name || "New segment"}</h1>
        <input className="title-input" aria-label="Name of the segment" placeholder="Name this segment" value={name} data-testid="editor-name" onChange={(e) => onName(e.target.value)} />
        <p className="state-line" role="status">
          {active ? <span className="tag on">Active</span> : <span className="tag">Not active</span>}
          {draft && <span className="tag draft">Draft saved</span>}
          {dirty && <span className="tag warn">Unsaved changes</span>}
        </p>
      </div>
      <div className="actions">
        {changed && active && (
          <button className="quiet" disabled={busy} onClick={saving.discard}>
            Discard changes
          </button>
        )}
        <button disabled={busy || !dirty} onClick={saving.save} data-testid="save-draft">
          Save draft
        </button>
        <button className="primary" disabled={busy || !ready || (active !== undefined && !changed)} onClick={saving.tryActivate} data-testid="activate">
          Activate
        </button>
      </div>
    </div>
  );
}
