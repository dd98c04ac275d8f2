import { useEffect, useState } from "react";

const key = "segment-theme";
const system = () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

// Light or dark: the system's, until it is chosen here.
export function ThemeToggle() {
  const [theme, setTheme] = useState(() => document.documentElement.dataset.theme ?? system());
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => document.documentElement.dataset.theme || setTheme(system());
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  const turn = () => {
    const next = theme === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = next;
    setTheme(next);
    try {
      localStorage.setItem(key, next);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return (
    <button className="icon" onClick={turn} aria-label={theme === "dark" ? "Use the light theme" : "Use the dark theme"} data-testid="theme-toggle">
      <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.6">
        {theme === "dark" ? (
          <>
            <circle cx="9" cy="9" r="3.4" />
            <path strokeLinecap="round" d="M9 1.2v2M9 14.8v2M1.2 9h2M14.8 9h2M3.5 3.5l1.4 1.4M13.1 13.1l1.4 1.4M14.5 3.5l-1.4 1.4M4.9 13.1l-1.4 1.4" />
          </>
        ) : (
          <path strokeLinejoin="round" d="M15.5 10.8A7 7 0 0 1 7.2 2.5a7 7 0 1 0 8.3 8.3Z" />
        )}
      </svg>
    </button>
  );
}
