import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { RestingOrderFragment } from '../../gql/generated';
import { fakeServer, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { anOrder } from '../../testing/rows';
import { Toaster } from '../../ui/toaster';
import { CancelSymbolButton } from './cancel-symbol-button';

vi.setConfig({ testTimeout: 30_000 });

const resting = (id: string, symbol = 'BTC/USDT') =>
  ({
    ...anOrder({ id, symbol }),
    ...{ executedQty: '0', limitOrderExpiresAt: null, distancePct: '5', reservations: [] },
  }) as RestingOrderFragment;

const open = async (answer: Answer) => {
  const list = {
    edges: ['11', '12'].map((id) => ({ cursor: id, node: resting(id) })),
    pageInfo: { hasNextPage: false, endCursor: null },
  };
  const server = fakeServer({ LimitOrders: { data: { limitOrders: list } }, CancelOrder: answer });
  await renderPage(
    <ApolloProvider client={server.client}>
      <CancelSymbolButton orders={[resting('11'), resting('12'), resting('20', 'ETH/USDT')]} />
      <Toaster />
    </ApolloProvider>,
  );
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Cancel all of a symbol' }));
  const dialog = within(screen.getByRole('dialog'));
  const confirm = await dialog.findByRole('button', { name: 'Cancel 2 orders' });
  return { server, user, dialog, confirm };
};
const sent = [{ input: { jobId: '11' } }, { input: { jobId: '12' } }];

it('every order of the symbol is canceled, once, and those of other symbols are not', async () => {
  const canceled = { ...anOrder({ status: 'CANCELED' }), executedQty: '0' };
  const { server, user, confirm } = await open({
    data: { cancelOrder: { __typename: 'Canceled', job: canceled } },
  });
  expect(server.sent('CancelOrder')).toEqual([]);
  await user.dblClick(confirm);
  expect(await screen.findByText('2 orders of BTC/USDT canceled.')).toBeTruthy();
  expect(server.sent('CancelOrder')).toEqual(sent);
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('a refused order does not keep the others, and is told with its reason', async () => {
  const { server, user, dialog, confirm } = await open({
    data: { cancelOrder: { __typename: 'Refused', reason: 'ORDER_NOT_OPEN', message: 'It was filled.' } },
  });
  await user.click(confirm);
  const told = await dialog.findByText('2 of 2 could not be canceled:');
  expect(told.closest('[role=alert]')?.textContent).toContain('12: It was filled.');
  expect(server.sent('CancelOrder')).toEqual(sent);
});

it('without an answer nothing is claimed', async () => {
  const { user, dialog, confirm } = await open('connection lost');
  await user.click(confirm);
  expect(await dialog.findByText('There was no answer')).toBeTruthy();
});
