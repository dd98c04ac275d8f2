import { useState } from "react";
import { ApiError, json } from "../api/api";
import { useLoad } from "../api/load";
import type { Definition, Draft, Schema } from "../api/types";
import { Editor } from "../editor/Editor";
import { take } from "../editor/unsaved";
import { State } from "../ui/State";

// What the editor begins with.
export interface Start {
  id: string | undefined; // none before the first save
  schema: Schema;
  active: Definition | undefined; // the rule that decides now
  etag: string; // of that
  draft: Draft | undefined;
  name: string;
  rule: string;
  revision: number | undefined; // of the draft that what is edited began from
}

interface Props {
  id: string; // "new" for one that does not exist
  name: string | null; // of a new one, from an import
  rule: string | null;
}

// Loads a segment and its draft, and opens the editor. A change of the id after the first save
// does not load anew, because the editor has it all.
export function EditorPage(props: Props) {
  const [first] = useState(props);
  const start = useLoad((signal) => load(first, signal), []);
  const [begun, setBegun] = useState<Start>();
  if (start.value && !begun) setBegun(start.value);
  return begun ? <Editor start={begun} schema={start.value?.schema ?? begun.schema} /> : <State of={start}>{() => null}</State>;
}

async function load({ id, name, rule }: Props, signal: AbortSignal): Promise<Start> {
  const schema = json<Schema>("GET", "/app/schema", undefined, { signal });
  const work = take(id);
  if (id === "new") {
    const begin = { name: name ?? work?.name ?? "", rule: rule ?? work?.text ?? "" };
    return { id: undefined, schema: (await schema).value, active: undefined, etag: "", draft: undefined, revision: undefined, ...begin };
  }
  const path = encodeURIComponent(id);
  // All drafts are asked for, because there need not be one of this segment.
  const { drafts } = (await json<{ drafts: Draft[] }>("GET", "/app/drafts", undefined, { signal })).value;
  const draft = drafts.find((d) => d.id === id);
  const segment = draft && !draft.active ? undefined : await missing(json<Definition>("GET", `/v1/segments/${path}`, undefined, { signal }));
  if (!segment && !draft) throw new ApiError(404, `There is no segment “${id}”.`);
  const begin = work ?? { name: (draft ?? segment!.value).name, text: (draft ?? segment!.value).rule, revision: draft?.revision };
  return {
    id, schema: (await schema).value, active: segment?.value, etag: segment?.headers.etag ?? "", draft,
    name: begin.name, rule: begin.text, revision: begin.revision,
  };
}

// missing is undefined instead of an error where there is nothing of that name.
const missing = <T,>(p: Promise<T>): Promise<T | undefined> => p.catch((e) => (e instanceof ApiError && e.status === 404 ? undefined : Promise.reject(e)));
