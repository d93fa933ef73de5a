import { useCallback, useState } from 'react';

/** `useState` kept in this browser under `key`; an unreadable value falls back to `initial`. */
export const useRememberedState = <T>(key: string, initial: T): [T, (next: T) => void] => {
  const storageKey = `mvcashnode.${key}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const text = localStorage.getItem(storageKey);
      return text === null ? initial : (JSON.parse(text) as T);
    } catch {
      return initial;
    }
  });
  const remember = useCallback(
    (next: T) => {
      setValue(next);
      localStorage.setItem(storageKey, JSON.stringify(next));
    },
    [storageKey],
  );
  return [value, remember];
};
