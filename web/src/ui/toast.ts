import { createStore } from '../lib/create-store';

export interface Toast {
  id: number;
  tone: 'success' | 'error';
  text: string;
  /** `own`: the result of the user's own action. `news`: it happened by itself. `urgent`: news that is spoken at once. */
  kind: 'own' | 'news' | 'urgent';
  /** The page that shows more. */
  to?: string;
}

/** Errors stay longer, because they take longer to read; so does what is urgent. */
const SHOWN_MS = { success: 5_000, error: 9_000, urgent: 20_000 };
const MOST = 4;

/** The messages shown now, oldest first. */
export const toasts = createStore<readonly Toast[]>([]);
let made = 0;

export const dismissToast = (id: number): void => toasts.set((old) => old.filter((one) => one.id !== id));

const show = (one: Omit<Toast, 'id'>): void => {
  const id = ++made;
  toasts.set((old) => [...old, { id, ...one }].slice(-MOST));
  setTimeout(() => dismissToast(id), SHOWN_MS[one.kind === 'urgent' ? 'urgent' : one.tone]);
};

/** Shows short messages in the Toaster: results of the user's own actions, and news. */
export const toast = {
  success: (text: string): void => show({ tone: 'success', text, kind: 'own' }),
  error: (text: string): void => show({ tone: 'error', text, kind: 'own' }),
  news: ({ urgent, ...one }: Pick<Toast, 'tone' | 'text' | 'to'> & { urgent: boolean }): void =>
    show({ ...one, kind: urgent ? 'urgent' : 'news' }),
};
