import { ApolloProvider } from '@apollo/client/react';
import { act, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';
import { useMarkets } from './open-positions';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { LiveFeed } from './live-feed';

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => vi.restoreAllMocks());

function Markets() {
  return <p>{useMarkets().size} markets</p>;
}

const look = (isHidden: boolean) =>
  act(async () => {
    vi.spyOn(document, 'hidden', 'get').mockReturnValue(isHidden);
    document.dispatchEvent(new Event('visibilitychange'));
    await Promise.resolve();
  });

it('a tab that was hidden for more than a moment reads everything again when it is looked at', async () => {
  const server = fakeServer({ LiveCursor: { data: { liveCursor: '5' } }, Markets: { data: { markets: [] } } });
  await renderPage(
    <ApolloProvider client={server.client}>
      <LiveFeed>{(isReady) => isReady && <Markets />}</LiveFeed>
    </ApolloProvider>,
  );
  await screen.findByText('0 markets');
  await vi.waitFor(() => expect(server.sent('Markets')).toHaveLength(1));
  const now = vi.spyOn(Date, 'now');
  const from = 1_800_000_000_000;
  now.mockReturnValue(from);
  await look(true);
  now.mockReturnValue(from + 1_000);
  await look(false);
  expect(server.sent('Markets')).toHaveLength(1);
  await look(true);
  now.mockReturnValue(from + 60_000);
  await look(false);
  await vi.waitFor(() => expect(server.sent('Markets')).toHaveLength(2));
});
