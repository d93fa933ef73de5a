import { ApolloProvider } from '@apollo/client/react';
import { act, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { CancelOrderButton } from '../../actions/cancel-order-button';
import { CloseAllButton } from '../../actions/close-all-button';
import { PauseButton } from '../../actions/pause-button';
import { PositionActions } from '../../features/positions/position-actions';
import { SellDialog } from '../../features/positions/sell-dialog';
import { ConfirmationsCard } from '../../features/profile/confirmations-card';
import { readPreferences, setPreferences } from '../../lib/preferences';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anOrder, aPosition } from '../../testing/rows';
import { Toaster } from '../../ui/toaster';
import { ConfirmationsOff } from './header-notes';

vi.setConfig({ testTimeout: 30_000 });

beforeEach(() => setPreferences({ confirmations: false }));
afterEach(() => setPreferences({ confirmations: true }));

const sellJob = { ...anOrder({ id: '12', side: 'SELL', status: 'FILLED', orderType: 'MARKET' }), executedQty: '0.5' };
const closed = { data: { closePosition: { __typename: 'Placed', position: aPosition(), job: sellJob } } };
const canceled = {
  data: { cancelOrder: { __typename: 'Canceled', job: { ...anOrder({ status: 'CANCELED' }), executedQty: '0' } } },
};

async function show(content: ReactNode, answers: Record<string, Answer>) {
  const server = fakeServer({ JobState: { data: { tradeJob: sellJob } }, ...answers });
  await renderPage(
    <ApolloProvider client={server.client}>
      <ConfirmationsOff />
      {content}
      <Toaster />
    </ApolloProvider>,
  );
  return { server, user: userEvent.setup() };
}

it('confirmations are on until they are turned off', () => {
  expect(readPreferences(null).confirmations).toBe(true);
  expect(readPreferences('{"confirmations":"no"}').confirmations).toBe(true);
  expect(readPreferences('{"confirmations":false}').confirmations).toBe(false);
});

it('while confirmations are off, a position is closed by one press, and the dialog shows what became of it', async () => {
  const { server, user } = await show(<PositionActions position={aPosition()} />, { ClosePosition: closed });
  await user.dblClick(screen.getByRole('button', { name: 'Close position at once' }));
  const progress = await screen.findByTestId('job-progress');
  expect([...progress.querySelectorAll('li')].map((step) => step.textContent)).toEqual([
    'Sent',
    'Accepted Job 12',
    expect.stringContaining('Filled'),
  ]);
  expect(server.sent('ClosePosition')).toEqual([
    { input: { positionId: '7', percent: '100', idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) } },
  ]);
});

it('a refused press says why, and the next one is something new', async () => {
  const { server, user } = await show(
    <SellDialog position={aPosition()} startWith="MARKET" atOnce onClose={vi.fn()} />,
    {
      ClosePosition: refused('CONFLICT', 'The price is too old.', 'STALE_PRICE'),
    },
  );
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('The price is too old.');
  expect(alert.textContent).toContain('STALE_PRICE');
  await user.click(screen.getByRole('button', { name: 'Sell 0.5 BTC now' }));
  await waitFor(() => expect(server.sent('ClosePosition')).toHaveLength(2));
  const keys = server.sent('ClosePosition').map(({ input }) => (input as { idempotencyKey: string }).idempotencyKey);
  expect(new Set(keys).size).toBe(2);
});

it('an order is canceled by one press, once, and a refusal is shown where it can be tried again', async () => {
  const { server, user } = await show(<CancelOrderButton order={anOrder()} />, {
    CancelOrder: refused('CONFLICT', 'The order is filled.', 'NOT_CANCELABLE'),
  });
  await user.click(screen.getByRole('button', { name: 'Cancel at once' }));
  expect((await screen.findByRole('alert')).textContent).toContain('The order is filled.');
  server.answer('CancelOrder', canceled);
  await user.click(screen.getByRole('button', { name: 'Cancel this order' }));
  expect(await screen.findByText('The order of BTC/USDT was canceled.')).toBeTruthy();
  expect(screen.queryByRole('dialog')).toBeNull();
  await user.dblClick(screen.getByRole('button', { name: 'Cancel at once' }));
  await waitFor(() => expect(server.sent('CancelOrder')).toHaveLength(3));
  expect(server.sent('CancelOrder')).toHaveLength(3);
});

it('one key still trades nothing, and what concerns many positions still asks', async () => {
  const EntriesPause = {
    data: {
      me: { __typename: 'User', id: '1', entriesPausedAt: null },
      exchangeAccounts: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
    },
  };
  const { server, user } = await show(
    <>
      <PositionActions position={aPosition()} />
      <CloseAllButton isDisabled={false} />
      <PauseButton />
    </>,
    { ClosePosition: closed, EntriesPause },
  );
  await user.keyboard('c');
  expect(screen.getByRole('dialog', { name: 'Sell BTC/USDT' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Sell 0.5 BTC now' })).toBeTruthy();
  await user.keyboard('{Escape}');
  await user.click(screen.getByRole('button', { name: 'Limit sell' }));
  expect(screen.getByRole('button', { name: /^Place a limit sell/ })).toBeTruthy();
  await user.keyboard('{Escape}');
  await user.click(screen.getByRole('button', { name: 'Close all' }));
  expect(screen.getByRole('button', { name: 'Make the plan' })).toBeTruthy();
  await user.keyboard('{Escape}');
  await waitFor(() =>
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Pause entries' }).disabled).toBe(false),
  );
  await user.click(screen.getByRole('button', { name: 'Pause entries' }));
  expect(screen.getByRole('dialog', { name: 'Pause new entries on all accounts?' })).toBeTruthy();
  expect(['ClosePosition', 'PlaceLimitSell', 'PreviewCloseAll', 'PauseEntries'].flatMap(server.sent)).toEqual([]);
});

it('turning confirmations off is asked, said in the header on every page, and undone from there', async () => {
  setPreferences({ confirmations: true });
  const { user } = await show(<ConfirmationsCard />, {});
  const own = () => screen.getByRole('switch', { name: 'Ask before closing a position or canceling an order' });
  expect(own().getAttribute('aria-checked')).toBe('true');
  expect(screen.queryByTestId('confirmations-off')).toBeNull();
  await user.click(own());
  expect(screen.getByRole('dialog', { name: 'Turn confirmations off?' })).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Keep asking' }));
  expect(own().getAttribute('aria-checked')).toBe('true');
  await user.click(own());
  await user.click(screen.getByRole('button', { name: 'Turn off' }));
  const warning = screen.getByTestId('confirmations-off');
  expect(warning.textContent).toContain('Confirmations are off');
  expect(warning.getAttribute('href')).toBe('/profile#confirmations');
  expect(readPreferences(localStorage.getItem('mvcashnode.preferences')).confirmations).toBe(false);
  await user.click(own());
  expect(screen.queryByTestId('confirmations-off')).toBeNull();
});

it('another window that turns confirmations off leaves this one asking; turned on, they are on everywhere', () => {
  const elsewhere = (confirmations: boolean) =>
    act(() => {
      const newValue = JSON.stringify({ confirmations });
      dispatchEvent(new StorageEvent('storage', { key: 'mvcashnode.preferences', oldValue: null, newValue }));
    });
  const stored = () => readPreferences(localStorage.getItem('mvcashnode.preferences')).confirmations;
  setPreferences({ confirmations: true });
  elsewhere(false);
  setPreferences({ theme: 'dark' });
  expect(stored()).toBe(true);
  setPreferences({ confirmations: false });
  elsewhere(true);
  setPreferences({ theme: 'dark' });
  expect(stored()).toBe(true);
});
