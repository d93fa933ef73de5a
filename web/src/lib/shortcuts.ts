import { useEffect, useEffectEvent } from 'react';
import { usePreferences } from './preferences';

const SEQUENCE_MS = 1_200;

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'));

const dialogIsOpen = () => document.querySelector('dialog[open], [role=menu]') !== null;

/**
 * Calls `run` for a key ("?", "/") or a sequence ("g p"), unless the user types, holds a modifier, has a dialog open,
 * or has turned shortcuts off (WCAG 2.1.4).
 */
export const useShortcuts = (run: (keys: string) => boolean): void => {
  const { shortcuts } = usePreferences();
  const runLatest = useEffectEvent(run);
  useEffect(() => {
    if (!shortcuts) return;
    let started = { key: '', at: 0 };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || dialogIsOpen()) return;
      const isSequence = started.key !== '' && event.timeStamp - started.at < SEQUENCE_MS;
      const keys = isSequence ? `${started.key} ${event.key}` : event.key;
      started = event.key === 'g' && !isSequence ? { key: 'g', at: event.timeStamp } : { key: '', at: 0 };
      if (runLatest(keys)) event.preventDefault();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [shortcuts]);
};
