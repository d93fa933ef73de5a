import { createStore } from '../lib/create-store';

export interface Toast {
  id: number;
  tone: 'success' | 'error';
  text: string;
}

/** What went wrong stays longer: it is read twice. */
const SHOWN_MS = { success: 5_000, error: 9_000 };
const MOST = 4;

/** What is shown now, the oldest first. */
export const toasts = createStore<readonly Toast[]>([]);
let made = 0;

export const dismissToast = (id: number): void => toasts.set((old) => old.filter((one) => one.id !== id));

const show = (tone: Toast['tone'], text: string): void => {
  const id = ++made;
  toasts.set((old) => [...old, { id, tone, text }].slice(-MOST));
  setTimeout(() => dismissToast(id), SHOWN_MS[tone]);
};

/** A short result of one's own action, shown by the Toaster. */
export const toast = {
  success: (text: string): void => show('success', text),
  error: (text: string): void => show('error', text),
};
