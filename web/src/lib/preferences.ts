import type { TradeMode } from '../gql/generated';
import { createStore } from './create-store';

export const LOCALES = ['en', 'pt-BR'] as const;
export type Locale = (typeof LOCALES)[number];
export type Theme = 'dark' | 'light' | 'system';
export type PnlColors = 'green-up' | 'red-up';

/** The preferences of the user on this device. */
export interface Preferences {
  theme: Theme;
  locale: Locale;
  colors: PnlColors;
  tradeMode: TradeMode;
  zone: 'local' | 'UTC';
  shortcuts: boolean;
}

// public/theme.js reads the same key before the first paint.
const KEY = 'mvcashnode.preferences';

const browserLocale = (): Locale => (/^pt/i.test(navigator.language) ? 'pt-BR' : 'en');

const DEFAULTS: Preferences = {
  theme: 'dark',
  locale: browserLocale(),
  colors: 'green-up',
  tradeMode: 'SIMULATION',
  zone: 'local',
  shortcuts: true,
};

const ALLOWED: { [K in keyof Preferences]: readonly Preferences[K][] } = {
  theme: ['dark', 'light', 'system'],
  locale: LOCALES,
  colors: ['green-up', 'red-up'],
  tradeMode: ['REAL', 'SIMULATION'],
  zone: ['local', 'UTC'],
  shortcuts: [true, false],
};

/** Reads stored preferences; an unreadable or unknown value becomes the default. */
export const readPreferences = (text: string | null): Preferences => {
  let stored: Record<string, unknown> = {};
  try {
    stored = (JSON.parse(text ?? '{}') as Record<string, unknown> | null) ?? {};
  } catch {
    // Unreadable preferences count as none.
  }
  const known = Object.entries(ALLOWED).filter(([key, values]) => (values as readonly unknown[]).includes(stored[key]));
  return { ...DEFAULTS, ...Object.fromEntries(known.map(([key]) => [key, stored[key]])) };
};

const preferences = createStore<Preferences>(readPreferences(localStorage.getItem(KEY)));

const lightSystem = typeof matchMedia === 'function' ? matchMedia('(prefers-color-scheme: light)') : null;

/** The theme after resolving "system". */
const shownTheme = (theme: Theme): 'dark' | 'light' =>
  theme === 'system' ? (lightSystem?.matches ? 'light' : 'dark') : theme;

const resolvedTheme = createStore(shownTheme(preferences.get().theme));

const apply = () => {
  const { theme, colors, locale } = preferences.get();
  const root = document.documentElement;
  resolvedTheme.set(shownTheme(theme));
  root.dataset.theme = resolvedTheme.get();
  root.dataset.colors = colors;
  root.lang = locale;
  const background = getComputedStyle(root).getPropertyValue('--bg').trim();
  if (background) document.querySelector('meta[name=theme-color]')?.setAttribute('content', background);
};

preferences.subscribe(() => {
  localStorage.setItem(KEY, JSON.stringify(preferences.get()));
  apply();
});
lightSystem?.addEventListener('change', apply);
// Another tab changed them: mode and language must be the same in all windows of a user.
addEventListener('storage', (event) => event.key === KEY && preferences.set(readPreferences(event.newValue)));

export const usePreferences = preferences.use;
export const getLocale = (): Locale => preferences.get().locale;
/** Changes some preferences, stores them and applies them to the document at once. */
export const setPreferences = (change: Partial<Preferences>): void => preferences.set((old) => ({ ...old, ...change }));
export const useResolvedTheme = resolvedTheme.use;
/** REAL or SIMULATION, as chosen in the header: every list of the page asks for this mode only. */
export const useTradeMode = (): TradeMode => preferences.use().tradeMode;
