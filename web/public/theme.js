// Runs before the first paint, so that a stored light theme never flashes dark. Kept in step with src/lib/preferences.ts.
{
  let stored = {};
  try {
    stored = JSON.parse(localStorage.getItem('mvcashnode.preferences') || '{}');
  } catch {
    // An unreadable preference is the same as none.
  }
  let theme = stored.theme || 'dark';
  if (theme === 'system') theme = matchMedia('(prefers-color-scheme: light)').matches ? 'light' : 'dark';
  const root = document.documentElement;
  root.dataset.theme = theme;
  root.dataset.colors = stored.colors || 'green-up';
  root.lang = stored.locale || (/^pt/i.test(navigator.language) ? 'pt-BR' : 'en');
}
