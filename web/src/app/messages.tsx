import { useEffect, type ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { usePreferences } from '../lib/preferences';
import { showWords, useWords } from '../messages/words';

const AGAIN_MS = 2_000;

/** Hands the chosen language down; a change of language keeps the old words until the new are here. */
export function Messages({ children }: { children: ReactNode }) {
  const { locale } = usePreferences();
  const words = useWords();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // A language that cannot be loaded now leaves the one that is shown, and is asked for again.
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
