import { ApolloProvider } from '@apollo/client/react';
import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anAccount } from '../../testing/rows';
import { AccountCard } from './account-card';

vi.setConfig({ testTimeout: 30_000 });

const show = (part: Parameters<typeof anAccount>[0]) =>
  renderPage(
    <ApolloProvider client={fakeServer({}).client}>
      <AccountCard account={anAccount(part)} hidesSmall={false} />
    </ApolloProvider>,
  );

it('an account that is off, paused or could not be read says so', async () => {
  await show({
    ...{ isActive: false, testnet: true, balancesFault: 'KEY_REFUSED', tradeMode: 'REAL' },
    ...{ entriesPausedAt: '2026-11-30T00:00:00Z', entriesPauseReason: 'ENTRIES_PAUSED' },
  });
  for (const text of ['Real', 'Testnet', 'Entries paused', 'Switched off', 'The last reading of the balances failed'])
    expect(screen.getAllByText(text).length, text).toBeGreaterThan(0);
  expect(screen.getByText(/^The exchange does not know this key/)).toBeTruthy();
});
