import { createStore } from '../lib/create-store';

export interface Toast {
  id: number;
  tone: 'success' | 'error';
  text: string;
}

/** Errors stay longer, because they take longer to read. */
const SHOWN_MS = { success: 5_000, error: 9_000 };
const MOST = 4;

/** The messages shown now, oldest first. */
export const toasts = createStore<readonly Toast[]>([]);
let made = 0;

export const dismissToast = (id: number): void => toasts.set((old) => old.filter((one) => one.id !== id));

const show = (tone: Toast['tone'], text: string): void => {
  const id = ++made;
  toasts.set((old) => [...old, { id, tone, text }].slice(-MOST));
  setTimeout(() => dismissToast(id), SHOWN_MS[tone]);
};

/** Shows a short result of the user's own action in the Toaster. */
export const toast = {
  success: (text: string): void => show('success', text),
  error: (text: string): void => show('error', text),
};
