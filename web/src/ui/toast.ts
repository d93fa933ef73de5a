import { createStore } from '../lib/create-store';

export interface Toast {
  id: number;
  tone: 'success' | 'error';
  text: string;
  /** `own`: the result of the user's own action. `news`: it happened by itself. `urgent`: news that is spoken at once. */
  kind: 'own' | 'news' | 'urgent';
  /** The page that shows more. */
  to?: string;
  /** It is not shown any more, and keeps its place so that later ones do not move. */
  isGone?: boolean;
}

/** Errors stay longer, because they take longer to read; so does what is urgent. */
const SHOWN_MS = { success: 5_000, error: 9_000, urgent: 20_000 };
const MOST = 4;
/** With the empty places between them. */
const PLACES_MOST = 8;

/** The messages shown now, oldest first. */
export const toasts = createStore<readonly Toast[]>([]);
let made = 0;

/** Without the places at the end that are empty, and without the oldest empty ones when there are too many. */
const settle = (all: readonly Toast[]): readonly Toast[] => {
  const kept = all.slice(0, all.findLastIndex((one) => !one.isGone) + 1);
  const surplus = kept.filter((one) => one.isGone).slice(0, Math.max(0, kept.length - PLACES_MOST));
  return surplus.length === 0 ? kept : kept.filter((one) => !surplus.includes(one));
};

export const dismissToast = (id: number): void =>
  toasts.set((old) => settle(old.map((one) => (one.id === id ? { ...one, isGone: true } : one))));

const show = (one: Omit<Toast, 'id'>): void => {
  const id = ++made;
  toasts.set((old) => {
    const surplus = old.filter((other) => !other.isGone).slice(0, 1 - MOST);
    return settle([
      ...old.map((other) => (surplus.includes(other) ? { ...other, isGone: true } : other)),
      { id, ...one },
    ]);
  });
  setTimeout(() => dismissToast(id), SHOWN_MS[one.kind === 'urgent' ? 'urgent' : one.tone]);
};

/** Shows short messages in the Toaster: results of the user's own actions, and news. */
export const toast = {
  success: (text: string): void => show({ tone: 'success', text, kind: 'own' }),
  error: (text: string): void => show({ tone: 'error', text, kind: 'own' }),
  news: ({ urgent, ...one }: Pick<Toast, 'tone' | 'text' | 'to'> & { urgent: boolean }): void =>
    show({ ...one, kind: urgent ? 'urgent' : 'news' }),
};
