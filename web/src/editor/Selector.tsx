import type { Option, OptionGroup, VersatileSelectorProps } from "react-querybuilder";

// The choices of the tree (field, comparison, all or any), with a label for screen readers.
export function Selector({ options, value, handleOnChange, title, className, testID, disabled }: VersatileSelectorProps) {
  return (
    <select className={className} data-testid={testID} aria-label={title} value={value} disabled={disabled} onChange={(e) => handleOnChange(e.target.value)}>
      {(options as (Option | OptionGroup<Option>)[]).map((o) =>
        "options" in o ? (
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

const Choose = ({ option }: { option: Option }) => <option value={option.name}>{option.label}</option>;
