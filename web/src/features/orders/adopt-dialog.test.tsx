import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog } from '../../testing/money-dialog';
import { aPosition } from '../../testing/rows';
import { AdoptDialog } from './adopt-dialog';

vi.setConfig({ testTimeout: 30_000 });

const holding = { __typename: 'AccountHolding', asset: 'SOL', free: '12', locked: '0', inPositions: '2' };

describeMoneyDialog('Adopting a holding', {
  show: (onClose) => <AdoptDialog onClose={onClose} onDone={vi.fn()} />,
  answers: {
    FilterChoices: {
      data: {
        exchangeAccounts: {
          __typename: 'ExchangeAccountConnection',
          edges: [
            {
              __typename: 'ExchangeAccountEdge',
              cursor: 'c3',
              node: { __typename: 'ExchangeAccount', id: '3', label: 'Main' },
            },
          ],
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: 'c3' },
        },
        webhookSources: {
          __typename: 'WebhookSourceConnection',
          edges: [],
          pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
        },
      },
    },
    AccountHoldings: { data: { accountHoldings: [{ ...holding, adoptable: '10', shortage: '0' }] } },
  },
  fill: async (user) => {
    const dialog = within(screen.getByRole('dialog', { name: 'Adopt a holding' }));
    await dialog.findByRole('option', { name: 'SOL' });
    await user.selectOptions(dialog.getByRole('combobox', { name: /^Coin/ }), 'SOL');
    await user.type(dialog.getByRole('textbox', { name: /^How much/ }), '4');
    await user.type(dialog.getByRole('textbox', { name: /^Price paid per coin/ }), '180.25');
    await user.type(dialog.getByRole('textbox', { name: /^Stop loss/ }), '5');
  },
  button: 'Make it a position',
  operation: 'AdoptHolding',
  variables: {
    input: {
      ...{ symbol: 'SOL/USDT', quantity: '4', entryPrice: '180.25', accountId: '3', slPct: '5', tpPct: null },
      idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/),
    },
  },
  accepted: { adoptHolding: { __typename: 'AdoptHoldingPayload', position: aPosition({ symbol: 'SOL/USDT' }) } },
  acceptedText: 'SOL/USDT is now a position.',
  isRepeatable: true,
});
