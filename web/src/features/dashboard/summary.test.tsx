import { ApolloProvider } from '@apollo/client/react';
import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { setPreferences } from '../../lib/preferences';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Summary } from './summary';

vi.setConfig({ testTimeout: 30_000 });

it('the dashboard tells the results of today and of all days apart, and says in which zone the day begins', async () => {
  setPreferences({ zone: 'UTC', tradeMode: 'SIMULATION' });
  const dashboard = {
    ...{ __typename: 'Dashboard', tradeMode: 'SIMULATION', equityUsd: '10250.5', unrealizedPnl: '0' },
    ...{ realizedToday: '12.3', realizedTotal: '-45.6', timeZone: 'UTC', openPositions: 0, openValue: '0' },
    ...{ reservedUsd: '70', wins: 3, losses: 1 },
  };
  const server = fakeServer({ Dashboard: { data: { dashboard } } });
  await renderPage(
    <ApolloProvider client={server.client}>
      <Summary positions={[]} isKnown chosen={{}} />
    </ApolloProvider>,
  );
  await screen.findByText('10,250.50');
  const figureOf = (label: string) => screen.getByText(label).closest('div')?.textContent ?? '';
  expect(figureOf('Realized today')).toMatch(/\+12\.30.*UTC/);
  expect(server.sent('Dashboard')[0]).toEqual({ tradeMode: 'SIMULATION', timeZone: 'UTC' });
  for (const shown of ['−45.60', '70.00', '3']) expect(document.body.textContent).toContain(shown);
  expect(document.body.textContent).toMatch(/75%/);
  setPreferences({ zone: 'local' });
});
