import { useInfo } from "../api/info";
import { Clock } from "./Clock";
import { Live } from "./Live";
import { ThemeToggle } from "./ThemeToggle";

const pages = [
  ["segments", "Segments"],
  ["contacts", "Contacts"],
  ["feed", "Live"],
  ["overlap", "Overlap"],
  ["import", "Import"],
] as const;

export function Header({ page }: { page: string }) {
  const info = useInfo();
  return (
    <header className="top">
      <a className="brand" href="#/segments">
        <svg width="26" height="26" viewBox="0 0 26 26" aria-hidden="true">
          <circle cx="9.5" cy="13" r="7.5" fill="none" stroke="currentColor" strokeWidth="2" />
          <circle cx="16.5" cy="13" r="7.5" fill="none" stroke="currentColor" strokeWidth="2" />
          <path d="M13 6.4a7.5 7.5 0 0 1 0 13.2 7.5 7.5 0 0 1 0-13.2Z" fill="currentColor" />
        </svg>
        <span>{info?.title || "Segments"}</span>
        {info?.playground && <span className="tag">Playground</span>}
      </a>
      <nav aria-label="Pages">
        {pages.map(([id, label]) => (
          <a key={id} href={"#/" + id} aria-current={page === id ? "page" : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <div className="top-end">
        <Clock />
        <Live />
        <ThemeToggle />
      </div>
    </header>
  );
}
