// Runs before the first paint, so a stored light theme never flashes dark. Kept apart from the bundle because a
// strict content security policy allows no inline script. Key and rule are those of src/shell/theme.ts.
let light = false
try {
  light = localStorage.getItem('smacktalk.theme') === 'light'
} catch {
  // Storage may be forbidden; the page then stays dark, its default.
}
// Where the system forces its colours, what is drawn must stand out from its background and not from ours.
if (matchMedia('(forced-colors: active)').matches) light = matchMedia('(prefers-color-scheme: light)').matches
if (light) document.documentElement.dataset.theme = 'light'
