import { useEffect, useState, type ReactNode } from 'react';
import { IntlProvider, type AbstractIntlMessages } from 'use-intl';
import { loadMessages } from '../messages/load-messages';
import { usePreferences, type Locale } from '../lib/preferences';

/** Loads the chosen language and hands it down; a change of language keeps the old words until the new are here. */
export function Messages({ children }: { children: ReactNode }) {
  const { locale } = usePreferences();
  const [loaded, setLoaded] = useState<{ locale: Locale; messages: AbstractIntlMessages }>();
  useEffect(() => {
    let gone = false;
    void loadMessages(locale).then((messages) => !gone && setLoaded({ locale, messages }));
    return () => {
      gone = true;
    };
  }, [locale]);
  if (!loaded) return null;
  return (
    <IntlProvider locale={loaded.locale} messages={loaded.messages} timeZone="UTC">
      {children}
    </IntlProvider>
  );
}
