import { render } from '@testing-library/react';
import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { IntlProvider } from 'use-intl';
import { loadMessages } from '../messages/load-messages';
import type { Locale } from '../lib/preferences';

/** Renders a part of the page with the messages of a language and a router. */
export const renderPage = async (content: ReactNode, locale: Locale = 'en') => {
  const messages = await loadMessages(locale);
  const router = createMemoryRouter([
    { path: '/', element: content },
    { path: '*', element: <p>elsewhere</p> },
  ]);
  const view = render(
    <IntlProvider locale={locale} messages={messages} timeZone="UTC">
      <RouterProvider router={router} />
    </IntlProvider>,
  );
  return { ...view, router };
};
