import { screen } from '@testing-library/react';
import { vi } from 'vitest';
import { describeMoneyDialog } from '../../testing/money-dialog';
import { aPosition } from '../../testing/rows';
import { HoldingMissingButton } from './holding-missing-button';

vi.setConfig({ testTimeout: 30_000 });

const position = aPosition({ tradeMode: 'REAL' });

describeMoneyDialog('Closing as reconciled a position whose coins are gone', {
  show: () => <HoldingMissingButton position={position} />,
  fill: async (user) => {
    await user.click(screen.getByRole('button', { name: 'Coins are missing' }));
    screen.getByRole('dialog', { name: 'Remove the missing coins from BTC/USDT?' });
  },
  button: 'Remove the coins',
  operation: 'CloseAsReconciled',
  variables: { input: { positionId: '7' } },
  accepted: {
    closeAsReconciled: { __typename: 'CloseAsReconciledPayload', position: { ...position, status: 'CLOSED' } },
  },
  acceptedText: 'The missing coins were removed from BTC/USDT.',
  isRepeatable: false,
});
