import type { ReactNode } from "react";
import type { Loaded } from "../api/load";

// Shows what was loaded, or that it is being loaded, or why it could not be.
export function State<T>({ of, children }: { of: Loaded<T>; children: (value: T) => ReactNode }) {
  if (of.value !== undefined) return <>{children(of.value)}</>;
  if (of.error) {
    return (
      <div className="notice error" role="alert">
        <p>{of.error.message}</p>
        <button className="small" onClick={of.reload}>
          Try again
        </button>
      </div>
    );
  }
  return (
    <p className="loading" role="status">
      Loading …
    </p>
  );
}
