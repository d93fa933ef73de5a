import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog } from '../testing/money-dialog';
import { anOrder } from '../testing/rows';
import { CancelOrderButton } from './cancel-order-button';

vi.setConfig({ testTimeout: 30_000 });

describeMoneyDialog('Canceling a resting order', {
  show: () => <CancelOrderButton order={anOrder({ tradeMode: 'REAL' })} />,
  fill: async (user) => {
    await user.click(screen.getByRole('button', { name: 'Cancel' }));
    const dialog = screen.getByRole('dialog', { name: /^Cancel the .* order of BTC\/USDT\?$/ });
    // A button that says only "Cancel" would be ambiguous.
    expect(within(dialog).getByRole('button', { name: 'Keep the order' })).toBeTruthy();
  },
  button: 'Cancel this order',
  operation: 'CancelOrder',
  variables: { input: { jobId: '11' } },
  accepted: {
    cancelOrder: { __typename: 'Canceled', job: { ...anOrder({ status: 'CANCELED' }), executedQty: '0' } },
  },
  acceptedText: 'The order of BTC/USDT was canceled.',
  isRepeatable: true,
  refusesAsData: true,
});
