import { useEffect, type ReactNode } from 'react';
import { IntlProvider } from 'use-intl';
import { usePreferences } from '../lib/preferences';
import { showWords, useWords } from '../messages/words';

/** Hands the chosen language down; a change of language keeps the old words until the new are here. */
export function Messages({ children }: { children: ReactNode }) {
  const { locale } = usePreferences();
  const words = useWords();
  useEffect(() => {
    // A language that cannot be loaded now leaves the one that is shown.
    showWords().catch(() => undefined);
  }, [locale]);
  if (!words) return null;
  return (
    <IntlProvider locale={words.locale} messages={words.messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
