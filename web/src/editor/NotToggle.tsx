import type { NotToggleProps } from "react-querybuilder";

// Turns a group around: it holds for everybody for whom its conditions do not.
export function NotToggle({ checked, handleOnChange, disabled }: NotToggleProps) {
  return (
    <button type="button" className={"not small" + (checked ? " pressed" : "")} aria-pressed={Boolean(checked)} disabled={disabled} title="Everybody for whom this group does not hold" onClick={() => handleOnChange(!checked)}>
      not
    </button>
  );
}
