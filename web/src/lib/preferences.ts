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
  /** Whether closing a whole position and canceling an order ask first. */
  confirmations: boolean;
  /** What the open page tells by itself, and whether with a sound. */
  newsFills: boolean;
  newsExits: boolean;
  newsRefusals: boolean;
  newsConnection: boolean;
  sound: boolean;
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
  confirmations: true,
  ...{ newsFills: true, newsExits: true, newsRefusals: true, newsConnection: true, sound: false },
};

const YES_NO = [true, false] as const;
const ALLOWED: { [K in keyof Preferences]: readonly Preferences[K][] } = {
  theme: ['dark', 'light', 'system'],
  locale: LOCALES,
  colors: ['green-up', 'red-up'],
  tradeMode: ['REAL', 'SIMULATION'],
  zone: ['local', 'UTC'],
  shortcuts: YES_NO,
  confirmations: YES_NO,
  ...{ newsFills: YES_NO, newsExits: YES_NO, newsRefusals: YES_NO, newsConnection: YES_NO, sound: YES_NO },
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

// Each window keeps its own mode, also when it is loaded again: nobody else switches it to real money.
const MODE_KEY = 'mvcashnode.mode';
const modeOfWindow = (): Partial<Preferences> => {
  const mode = ALLOWED.tradeMode.find((one) => one === sessionStorage.getItem(MODE_KEY));
  return mode ? { tradeMode: mode } : {};
};

const preferences = createStore<Preferences>({ ...readPreferences(localStorage.getItem(KEY)), ...modeOfWindow() });

/** The mode that another window of this browser was switched to, while this one shows the other mode. */
export const modeElsewhere = createStore<TradeMode | undefined>(undefined);

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

preferences.subscribe(apply);
const store = (isModeChosen: boolean): void => {
  const next = preferences.get();
  // New windows begin with the mode that was chosen last, in whichever window that was.
  const { tradeMode } = isModeChosen ? next : readPreferences(localStorage.getItem(KEY));
  localStorage.setItem(KEY, JSON.stringify({ ...next, tradeMode }));
  sessionStorage.setItem(MODE_KEY, next.tradeMode);
};
lightSystem?.addEventListener('change', apply);
// Another window changed them. The language and the colors follow; the mode is only told, because a trader may be about
// to press a button here.
addEventListener('storage', (event) => {
  if (event.key !== KEY) return;
  const there = readPreferences(event.newValue);
  const { tradeMode, confirmations } = preferences.get();
  // A window that asks before it sells goes on asking, whatever was chosen in another one.
  preferences.set({ ...there, tradeMode, confirmations: confirmations || there.confirmations });
  if (there.tradeMode !== readPreferences(event.oldValue).tradeMode)
    modeElsewhere.set(there.tradeMode === tradeMode ? undefined : there.tradeMode);
});

export const usePreferences = preferences.use;
export const getLocale = (): Locale => preferences.get().locale;
/** Changes some preferences, stores them and applies them to the document at once. */
export const setPreferences = (change: Partial<Preferences>): void => {
  preferences.set((old) => ({ ...old, ...change }));
  store(change.tradeMode !== undefined);
  if (change.tradeMode !== undefined) modeElsewhere.set(undefined);
};
/** The IANA name of the zone in which days begin for this person. */
export const useZoneName = (): string => {
  preferences.use();
  return zoneName();
};
/** The same outside React. */
export const zoneName = (): string =>
  preferences.get().zone === 'UTC' ? 'UTC' : new Intl.DateTimeFormat().resolvedOptions().timeZone;
export const useResolvedTheme = resolvedTheme.use;
/** REAL or SIMULATION, as chosen in the header: every list of the page asks for this mode only. */
export const useTradeMode = (): TradeMode => preferences.use().tradeMode;
