// Runs before the first paint, so a stored light theme never flashes dark. Kept apart from the bundle because a
// strict content security policy allows no inline script. The key is that of src/shell/theme.ts.
try {
  if (localStorage.getItem('smacktalk.theme') === 'light') document.documentElement.dataset.theme = 'light'
} catch {
  // Storage may be forbidden; the page then stays dark, its default.
}
