import { useMemo } from "react";
import { QueryBuilder, type Field, type RuleGroupType } from "react-querybuilder";
import type { Schema } from "../api/types";
import { used } from "../lib/tree";
import { defaultValue, fieldGroups, flat, operators } from "./fields";
import { NotToggle } from "./NotToggle";
import { Selector } from "./Selector";
import { ValueEditor } from "./ValueEditor";

interface Props {
  tree: RuleGroupType;
  schema: Schema;
  onChange: (tree: RuleGroupType) => void;
}

const combinators = [
  { name: "and", value: "and", label: "all of" },
  { name: "or", value: "or", label: "any of" },
];

const translations = {
  addRule: { label: "Add condition", title: "Add a condition to this group" },
  addGroup: { label: "Add group", title: "Add a group to this group" },
  removeRule: { label: "×", title: "Remove this condition" },
  removeGroup: { label: "×", title: "Remove this group" },
  combinators: { title: "Match all or any of the conditions" },
  fields: { title: "What is asked about" },
  operators: { title: "Comparison" },
  value: { title: "Value" },
};

const classes = { addRule: "small", addGroup: "small quiet", removeRule: "icon", removeGroup: "icon" };
const controls = { valueEditor: ValueEditor, notToggle: NotToggle, fieldSelector: Selector, operatorSelector: Selector, combinatorSelector: Selector };

// The rule as a tree of groups and conditions.
export function RuleTree({ tree, schema, onChange }: Props) {
  const usedHere = used(tree);
  const key = JSON.stringify([...usedHere].map(([f, ops]) => [f, ...ops]));
  const fields = useMemo(() => {
    const groups = fieldGroups(schema, usedHere.keys());
    return { groups, byName: flat(groups), used: usedHere };
  }, [schema, key]);
  return (
    <div data-testid="editor-tree" className="rule-tree">
      {tree.rules.length === 0 && <p className="muted no-rules">No conditions yet. Add one, or write the rule as text.</p>}
      <QueryBuilder
        query={tree}
        onQueryChange={onChange}
        enableMountQueryChange={false}
        fields={fields.groups as unknown as Field[]}
        getOperators={(f) => operators(fields.byName.get(f), fields.used.get(f))}
        getDefaultOperator={(f) => operators(fields.byName.get(f))[0]!.name}
        getDefaultValue={(r) => defaultValue(r, fields.byName.get(r.field), schema)}
        combinators={combinators}
        translations={translations}
        controlElements={controls}
        controlClassnames={classes}
        context={{ schema, fields: fields.byName }}
        showNotToggle
        resetOnOperatorChange={false}
        accessibleDescriptionGenerator={({ path }) => (path.length === 0 ? "The rule" : `Group ${path.map((n) => n + 1).join(".")}`)}
      />
    </div>
  );
}
