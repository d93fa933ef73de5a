import { useEffect, type ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { usePreferences } from '../lib/preferences';
import { showWords, useWords } from '../messages/words';

const AGAIN_MS = 2_000;

/** Provides the messages of the chosen language. The old language stays until the new one is loaded. */
export function Messages({ children }: { children: ReactNode }) {
  const { locale } = usePreferences();
  const words = useWords();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // If a language cannot be loaded, the shown one stays, and loading is tried again.
    const load = () => void showWords().catch(() => (timer = setTimeout(load, AGAIN_MS)));
    load();
    return () => clearTimeout(timer);
  }, [locale]);
  if (!words) return null;
  return (
    <IntlProvider locale={words.locale} messages={words.messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
