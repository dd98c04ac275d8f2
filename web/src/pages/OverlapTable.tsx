import type { Overlap } from "../api/types";
import { count } from "../lib/format";

// The overlap in words and numbers.
export function OverlapTable({ overlap }: { overlap: Overlap }) {
  const names = new Map(overlap.sets.map((s) => [s.id, s.name || s.id]));
  return (
    <table className="data plain" data-testid="overlap-table">
      <thead>
        <tr>
          <th scope="col">In exactly these segments</th>
          <th scope="col" className="num">Contacts</th>
        </tr>
      </thead>
      <tbody>
        {overlap.intersections.map((i) => (
          <tr key={i.in.join("\u0000")}>
            <td>{i.in.length === 0 ? "none of them" : i.in.map((id) => names.get(id) ?? id).join(", ")}</td>
            <td className="num">{count(i.count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
