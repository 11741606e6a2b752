// Runs before the first paint, so that a chosen theme never flashes the other one.
// A file of its own, because the content security policy allows nothing inline.
try {
  const theme = localStorage.getItem('chrontainer.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch (error) {
  // Storage is forbidden in this browser: the system's theme it is.
  document.documentElement.dataset.storage = error instanceof Error ? error.name : 'forbidden';
}
