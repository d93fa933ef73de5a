import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog } from '../testing/money-dialog';
import { aDonePlan, aPlan } from '../testing/rows';
import { CloseAllDialog } from './close-all-dialog';

vi.setConfig({ testTimeout: 30_000 });

const planned = { data: { previewCloseAll: { __typename: 'PreviewCloseAllPayload', bulkAction: aPlan() } } };
const choices = {
  exchangeAccounts: {
    __typename: 'ExchangeAccountConnection',
    pageInfo: { hasNextPage: false, endCursor: null },
    edges: [
      {
        __typename: 'ExchangeAccountEdge',
        cursor: 'c3',
        node: { __typename: 'ExchangeAccount', id: '3', label: 'Main' },
      },
    ],
  },
  webhookSources: {
    __typename: 'WebhookSourceConnection',
    edges: [
      { __typename: 'WebhookSourceEdge', cursor: 'c4', node: { __typename: 'WebhookSource', id: '4', label: 'Room' } },
    ],
  },
};

describeMoneyDialog('Making a plan of what is closed', {
  show: (onClose) => <CloseAllDialog onClose={onClose} />,
  answers: { CloseAllChoices: { data: choices } },
  fill: async (user) => {
    const dialog = within(screen.getByRole('dialog', { name: 'Close many positions' }));
    await dialog.findByRole('option', { name: 'Main' });
    await user.selectOptions(dialog.getByRole('combobox', { name: 'Account' }), 'Main');
  },
  button: 'Make the plan',
  operation: 'PreviewCloseAll',
  variables: { input: { filter: { accountId: '3', tradeMode: 'SIMULATION' } } },
  accepted: planned.data,
  acceptedText: 'Close 2 positions?',
  isRepeatable: true,
});

describeMoneyDialog('Closing all positions of a plan', {
  show: (onClose) => <CloseAllDialog onClose={onClose} />,
  answers: {
    CloseAllChoices: { data: choices },
    PreviewCloseAll: planned,
    BulkAction: { data: { bulkAction: aPlan() } },
  },
  fill: async (user) => {
    await user.click(screen.getByRole('button', { name: 'Make the plan' }));
    const dialog = await screen.findByRole('dialog', { name: 'Close 2 positions?' });
    expect(within(dialog).getByTestId('plan-totals').textContent).toContain('150');
  },
  button: 'Close 2 positions now',
  operation: 'ConfirmCloseAll',
  variables: { input: { bulkActionId: '9' } },
  accepted: { confirmCloseAll: { __typename: 'ConfirmCloseAllPayload', bulkAction: aDonePlan() } },
  acceptedText: 'Everything is closed and canceled.',
  isRepeatable: true,
});
