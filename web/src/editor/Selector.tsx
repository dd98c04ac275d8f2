import type { Option, OptionGroup, VersatileSelectorProps } from "react-querybuilder";

// The choices of the tree (field, comparison, all or any), with a label for screen readers.
export function Selector({ options, value, handleOnChange, title, className, testID, disabled }: VersatileSelectorProps) {
  return (
    <select className={className} data-testid={testID} aria-label={title} value={value} disabled={disabled} onChange={(e) => handleOnChange(e.target.value)}>
      {(options as (Option | Group)[]).map((o) =>
        isGroup(o) ? (
          <optgroup key={o.label} label={o.label}>
            {o.options.map((inner) => (
              <Choose key={inner.name} option={inner} />
            ))}
          </optgroup>
        ) : (
          <Choose key={o.name} option={o} />
        ),
      )}
    </select>
  );
}

type Group = OptionGroup<Option>;

const isGroup = (o: Option | Group): o is Group => "options" in o;

const Choose = ({ option }: { option: Option }) => <option value={option.name}>{option.label}</option>;
