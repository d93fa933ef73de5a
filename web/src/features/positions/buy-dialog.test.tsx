import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import type { UserEvent } from '@testing-library/user-event';
import { describeMoneyDialog, type MoneyDialog } from '../../testing/money-dialog';
import { anOrder, aPosition } from '../../testing/rows';
import { BuyDialog } from './buy-dialog';

vi.setConfig({ testTimeout: 30_000 });

const idempotencyKey: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
const buyJob = { ...anOrder({ id: '12', side: 'BUY', status: 'FILLED', orderType: 'MARKET' }), executedQty: '0.005' };

const preview = (part: object = {}) => ({
  previewOrder: {
    ...{ __typename: 'OrderPreview', symbol: 'BTC/USDT', tradeMode: 'SIMULATION', orderType: 'MARKET' },
    ...{ quantity: '0.005', price: '100000', limitPrice: null, cost: '500', costMax: '505', slippageBps: 100 },
    ...{ available: '10000', reserve: null, stopPrice: '98000', ...part },
  },
});
const choices = {
  exchangeAccounts: {
    edges: [{ cursor: 'a', node: { __typename: 'ExchangeAccount', id: '3', label: 'Main', tradeMode: 'SIMULATION' } }],
    pageInfo: { hasNextPage: false, endCursor: null },
  },
  vaults: { edges: [{ node: { __typename: 'Vault', id: '5', name: 'Savings' } }] },
};

const dialog = () => within(screen.getByRole('dialog'));

async function fillAndPreview(user: UserEvent): Promise<void> {
  await dialog().findByRole('option', { name: 'Main' });
  await user.selectOptions(dialog().getByLabelText(/^Account/), 'Main');
  await user.type(dialog().getByRole('combobox', { name: /^Symbol/ }), 'btc/usdt');
  await user.type(dialog().getByLabelText(/^Amount to spend/), '500');
  await user.type(dialog().getByLabelText(/^Stop loss/), '2');
  await user.click(dialog().getByRole('button', { name: 'Preview' }));
  const seen = await dialog().findByTestId('buy-preview');
  expect(seen.textContent).toContain('505.00');
  // 0.005 BTC at 100,000 with a stop at 98,000.
  expect(seen.textContent).toContain('−10.00');
}

const buy = (part: Partial<MoneyDialog>): MoneyDialog => ({
  show: (onClose) => <BuyDialog onClose={onClose} />,
  answers: {
    BuyChoices: { data: choices },
    PreviewOrder: { data: preview() },
    JobState: { data: { tradeJob: buyJob } },
  },
  fill: fillAndPreview,
  button: 'Buy 0.005 BTC now',
  operation: 'PlaceOrder',
  variables: {
    input: {
      ...{ accountId: '3', symbol: 'BTC/USDT', orderType: 'MARKET', quoteAmount: '500', exits: { slPct: '2' } },
      ...{ expected: { price: '100000', quantity: '0.005' }, idempotencyKey },
    },
  },
  accepted: { placeOrder: { __typename: 'Placed', job: buyJob } },
  acceptedText: 'Done',
  isRepeatable: true,
  refusesAsData: true,
  ...part,
});

describeMoneyDialog('Buying by hand', buy({}));

describeMoneyDialog(
  'Adding to a position of real money',
  buy({
    show: (onClose) => <BuyDialog position={aPosition({ tradeMode: 'REAL' })} onClose={onClose} />,
    answers: {
      BuyChoices: { data: choices },
      PreviewOrder: { data: preview({ tradeMode: 'REAL', orderType: 'LIMIT', limitPrice: '90000', slippageBps: 0 }) },
      JobState: { data: { tradeJob: buyJob } },
    },
    fill: async (user) => {
      expect(dialog().getByTestId('mode-notice').textContent).toContain('Real money');
      expect(dialog().queryByLabelText(/^Account/)).toBeNull();
      await user.click(dialog().getByRole('button', { name: 'Limit' }));
      await user.type(dialog().getByLabelText(/^Highest price/), '90000');
      await user.type(dialog().getByLabelText(/^Amount to spend/), '500');
      await user.click(dialog().getByRole('button', { name: 'Preview' }));
      await dialog().findByTestId('buy-preview');
    },
    button: 'Place a limit buy of 0.005 BTC',
    variables: {
      input: {
        ...{ accountId: '3', symbol: 'BTC/USDT', orderType: 'LIMIT', quoteAmount: '500', limitPrice: '90000' },
        ...{ hours: 24, positionId: '7', expected: { price: '100000', quantity: '0.005' }, idempotencyKey },
      },
    },
  }),
);
