import { ApolloProvider } from '@apollo/client/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { render, screen, waitFor, within } from '@testing-library/react';
import { IntlProvider } from 'use-intl';
import { expect, it, vi } from 'vitest';
import { loadMessages } from '../../messages/load-messages';
import { fakeServer, type Answer } from '../../testing/fake-server';
import { WebhookReceiptPage } from './webhook-receipt.page';
import { WebhookSourcePage } from './webhook-source.page';

// Typing and looking for roles takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const source = (dryRun: boolean, tradeMode = 'SIMULATION') => ({
  ...{ __typename: 'WebhookSource', id: '7', label: 'Room', webhookCode: 'abc', url: 'http://here/abc', tradeMode },
  ...{ allowedIps: [], requireSignature: false, hasSigningSecret: false, hasBodyToken: false, rateLimitPerMin: 60 },
  ...{ identityWindowSec: 30, maxLagSec: null, isActive: true, dryRun, adminLocked: false },
  ...{ createdAt: '2026-11-30T00:00:00Z', bindings: [], curlExample: 'curl' },
});
const show = async (path: string, answers: Record<string, Answer>) => {
  const server = fakeServer(answers);
  const router = createMemoryRouter(
    [
      { path: '/sources/:id', element: <WebhookSourcePage /> },
      { path: '/events/:receipt', element: <WebhookReceiptPage /> },
    ],
    { initialEntries: [path] },
  );
  render(
    <IntlProvider locale="en" messages={await loadMessages('en')} timeZone="UTC">
      <ApolloProvider client={server.client}>
        <RouterProvider router={router} />
      </ApolloProvider>
    </IntlProvider>,
  );
  return server;
};
const showSource = (dryRun: boolean, tradeMode?: string) =>
  show('/sources/7', {
    WebhookSource: { data: { webhookSource: source(dryRun, tradeMode) } },
    UpdateWebhookSource: {
      data: { updateWebhookSource: { __typename: 'UpdateWebhookSourcePayload', source: source(!dryRun, tradeMode) } },
    },
  });

it('a dry source says that nothing is bought or sold, and one click lets it trade again', async () => {
  const server = await showSource(true);
  expect(await screen.findByText('This source runs dry')).toBeTruthy();
  expect(screen.getByText(/Sell signals sell nothing either/)).toBeTruthy();
  expect(screen.queryByText(/real money/)).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'End dry run' }));
  await waitFor(() =>
    expect(server.sent('UpdateWebhookSource')).toEqual([{ input: { id: '7', dryRun: false, password: null } }]),
  );
  await waitFor(() => expect(screen.queryByText('This source runs dry')).toBeNull());
});

it('a dry source for real money says so, and asks for the password before it trades', async () => {
  const server = await showSource(true, 'REAL');
  expect(await screen.findByText(/its next signal places real orders/)).toBeTruthy();
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'End dry run' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('From the next signal on, Room trades real money.');
  expect(server.sent('UpdateWebhookSource')).toEqual([]);
  await user.type(within(dialog).getByLabelText(/^Your password/), 'a good long password');
  await user.click(within(dialog).getByRole('button', { name: 'End dry run' }));
  await waitFor(() =>
    expect(server.sent('UpdateWebhookSource')).toEqual([
      { input: { id: '7', dryRun: false, password: 'a good long password' } },
    ]),
  );
});

it('running a source dry says first that it will sell nothing either', async () => {
  const server = await showSource(false);
  const user = userEvent.setup();
  await user.click(await screen.findByRole('button', { name: 'Run dry' }));
  const dialog = await screen.findByRole('dialog');
  expect(dialog.textContent).toContain('its sell signals no longer close positions');
  await user.click(within(dialog).getByRole('button', { name: 'Run dry' }));
  await waitFor(() =>
    expect(server.sent('UpdateWebhookSource')).toEqual([{ input: { id: '7', dryRun: true, password: null } }]),
  );
});

const event = (id: string, run: object) => ({
  ...{ __typename: 'WebhookEvent', id, symbolRaw: 'SOLUSDT', symbolNormalized: 'SOL/USDT', action: 'BUY_SIGNAL' },
  account: { __typename: 'ExchangeAccount', id, label: `account ${id}` },
  ...{ timeframe: null, priceReference: '83.09', rawText: 'SOLUSDT buy', rawPayload: null, status: 'PROCESSED' },
  ...{ validationError: null, jobs: [] },
  dryRun: {
    ...{ __typename: 'DryRun', symbol: 'SOL/USDT', side: 'BUY', limitPrice: null, trace: [] },
    ...{ orderType: null, quoteAmount: null, baseQuantity: null, price: '83.1', reasonCode: null, reasonMessage: null },
    ...run,
  },
});

it('a receipt of a dry source says for each account what it would have done, and leads to the gates', async () => {
  const receipt = {
    ...{ __typename: 'WebhookReceipt', id: '1', receipt: 'R1', outcome: 'ACCEPTED', httpStatus: 202, reasonCode: null },
    ...{ reasonMessage: null, action: 'BUY_SIGNAL', symbol: 'SOL/USDT', accounts: 2, duplicates: 0, sourceIp: null },
    ...{
      dryRun: true,
      receivedAt: '2026-11-30T00:00:00Z',
      eventUid: 'u',
      bodyBytes: 11,
      message: 'SOLUSDT buy',
      unread: [],
    },
    result: {
      ...{ __typename: 'SignalResult', outcome: 'WOULD_TRADE', reasonCode: null, reasonMessage: null },
      ...{ traded: 0, jobs: 0, wouldTrade: 1 },
    },
    source: { __typename: 'WebhookSource', id: '7', label: 'Room', tradeMode: 'SIMULATION' },
    timeline: [{ __typename: 'TimelineEntry', stage: 'PLANNED', at: '2026-11-30T00:00:01Z', offsetMs: 9 }],
    events: [
      event('3', { status: 'WOULD_TRADE', orderType: 'MARKET', quoteAmount: '100', baseQuantity: '1.203' }),
      event('4', {
        status: 'WOULD_SKIP',
        reasonCode: 'ENTRIES_PAUSED',
        reasonMessage: 'The owner has paused new entries.',
      }),
    ],
  };
  await show('/events/R1', { WebhookReceipt: { data: { webhookReceipt: receipt } } });
  expect(await screen.findByText('Nothing was bought or sold.', { exact: false })).toBeTruthy();
  const [would, skipped] = screen.getAllByRole('heading', { level: 3 }).map((heading) => heading.closest('li'));
  expect(would?.textContent).toMatch(/account 3.*Would trade.*1\.203.*SOL.*100.*USDT.*when the price was.*83\.1/);
  expect(skipped?.textContent).toMatch(/account 4.*Would skip.*The owner has paused new entries\./);
  expect(
    within(skipped as HTMLElement)
      .getByRole('link')
      .getAttribute('href'),
  ).toBe('/why?source=7&side=BUY&account=4&symbol=SOL%2FUSDT&price=83.09');
  const timeline = screen.getByRole('list', { name: 'Timeline' });
  expect(within(timeline).getAllByRole('listitem')).toHaveLength(5);
});
