// Runs before the page is drawn, so that a theme that was chosen does not flash.
try {
  const theme = localStorage.getItem("segment-theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
  // Without storage the system's theme is used.
}
