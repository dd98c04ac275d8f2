// Saving a draft and activating it. Both name the version that they began from, so that
// of two editors of one segment the second is told instead of overwriting the first.
import { useState } from "react";
import { ApiError, json } from "../api/api";
import type { Defined, Definition, Draft } from "../api/types";
import { to } from "../lib/route";
import type { Start } from "../pages/EditorPage";
import { say } from "../ui/toast";
import { created, forget, slug } from "./unsaved";

export interface Conflict {
  theirs: Draft | undefined; // undefined if they deleted it, or activated it
}

export interface Saving {
  id: string | undefined;
  active: Definition | undefined;
  draft: Draft | undefined;
  busy: boolean;
  conflict: Conflict | undefined;
  dry: Defined | undefined; // what activating would do, to be confirmed
  save(): Promise<void>;
  keepMine(): Promise<void>;
  takeTheirs(): void;
  closeConflict(): void;
  tryActivate(): Promise<void>;
  activate(): Promise<void>;
  closeDry(): void;
  discard(): Promise<void>;
}

export interface Work {
  name: string;
  text: string;
  rule: string; // canonical, without faults
  show(name: string, text: string): void; // shows another version
}

export function useSaving(start: Start, work: Work): Saving {
  const [id, setId] = useState(start.id);
  const [active, setActive] = useState({ value: start.active, etag: start.etag });
  const [draft, setDraft] = useState(start.draft);
  const [revision, setRevision] = useState(start.revision);
  const [busy, setBusy] = useState(false);
  const [conflict, setConflict] = useState<Conflict>();
  const [dry, setDry] = useState<Defined>();

  const name = () => work.name.trim() || "Untitled segment";
  const attempt = async (what: () => Promise<void>) => {
    setBusy(true);
    await what().catch((e: Error) => say(e.message, "error"));
    setBusy(false);
  };

  // put saves over the revision given; undefined means that there is no draft yet.
  const put = async (over: number | undefined) => {
    const at = id ?? slug(name(), await takenIds());
    const headers: Record<string, string> = over === undefined ? { "If-None-Match": "*" } : { "If-Match": `"${over}"` };
    try {
      const saved = await json<Draft>("PUT", `/app/drafts/${encodeURIComponent(at)}`, { name: name(), rule: work.text }, { headers });
      const next = { ...saved.value, id: at, name: name(), rule: work.text };
      setDraft(next);
      setRevision(next.revision);
      setConflict(undefined);
      forget(at);
      if (id === undefined) settle(at);
      say("Draft saved.");
    } catch (e) {
      if (!(e instanceof ApiError) || e.status !== 412) throw e;
      setConflict({ theirs: e.problem.current as Draft | undefined });
    }
  };

  const settle = (at: string) => {
    created(at);
    setId(at);
    history.replaceState(null, "", to("segments", at));
  };

  const define = async (dryRun: boolean) => {
    const at = id ?? slug(name(), await takenIds());
    const headers: Record<string, string> = active.etag ? { "If-Match": active.etag } : { "If-None-Match": "*" };
    const path = `/v1/segments/${encodeURIComponent(at)}?limit=5` + (dryRun ? "&dry_run=true" : "");
    const body = { name: name(), rule: work.rule };
    return { at, answer: await json<Defined>("PUT", path, body, { headers }) };
  };

  return {
    id, active: active.value, draft, busy, conflict, dry,
    save: () => attempt(() => put(revision)),
    keepMine: () => attempt(() => put(conflict?.theirs?.revision)),
    takeTheirs() {
      const theirs = conflict?.theirs;
      setDraft(theirs);
      setRevision(theirs?.revision);
      if (theirs) work.show(theirs.name, theirs.rule);
      setConflict(undefined);
    },
    closeConflict: () => setConflict(undefined),
    tryActivate: () => attempt(async () => setDry((await define(true)).answer.value)),
    closeDry: () => setDry(undefined),
    activate: () =>
      attempt(async () => {
        const { at } = await define(false);
        setDry(undefined);
        await json("DELETE", `/app/drafts/${encodeURIComponent(at)}`).catch((e) => (e instanceof ApiError && e.status === 404 ? null : Promise.reject(e)));
        const now = await json<Definition>("GET", `/v1/segments/${encodeURIComponent(at)}`);
        setActive({ value: now.value, etag: now.headers.etag ?? "" });
        setDraft(undefined);
        setRevision(undefined);
        forget(at);
        if (id === undefined) settle(at);
        work.show(now.value.name, now.value.rule);
        say(`${now.value.name || at} is active.`);
      }),
    discard: () =>
      attempt(async () => {
        if (draft && id) await json("DELETE", `/app/drafts/${encodeURIComponent(id)}`);
        setDraft(undefined);
        setRevision(undefined);
        if (id) forget(id);
        if (active.value) work.show(active.value.name, active.value.rule);
      }),
  };
}

// takenIds lists the ids in use, so that a new segment does not replace another.
async function takenIds(): Promise<string[]> {
  const [segments, drafts] = await Promise.all([
    json<{ segments: { id: string }[] }>("GET", "/app/segments"),
    json<{ drafts: { id: string }[] }>("GET", "/app/drafts"),
  ]);
  return [...segments.value.segments, ...drafts.value.drafts].map((s) => s.id);
}
