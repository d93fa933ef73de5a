import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog, type MoneyDialog } from '../../testing/money-dialog';
import { anOrder, aPosition } from '../../testing/rows';
import { SellDialog } from './sell-dialog';

// Typing and looking for roles takes seconds on a machine that is busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const idempotencyKey: unknown = expect.stringMatching(/^[0-9a-f]{32}$/);
const sellJob = { ...anOrder({ id: '12', side: 'SELL', status: 'FILLED', orderType: 'MARKET' }), executedQty: '0.5' };
const JobState = { data: { tradeJob: sellJob } };

const close = (part: Partial<MoneyDialog>): MoneyDialog => ({
  show: (onClose) => <SellDialog position={aPosition()} startWith="MARKET" onClose={onClose} />,
  answers: { JobState },
  button: 'Sell 0.5 BTC now',
  operation: 'ClosePosition',
  variables: { input: { positionId: '7', percent: '100', idempotencyKey } },
  accepted: { closePosition: { __typename: 'Placed', position: aPosition(), job: sellJob } },
  acceptedText: 'Done',
  isRepeatable: true,
  refusesAsData: true,
  ...part,
});

describeMoneyDialog('Closing a whole position', close({}));

describeMoneyDialog(
  'Closing a quarter of a position of real money',
  close({
    show: (onClose) => <SellDialog position={aPosition({ tradeMode: 'REAL' })} startWith="MARKET" onClose={onClose} />,
    fill: async (user) => {
      const dialog = within(screen.getByRole('dialog', { name: 'Sell BTC/USDT' }));
      expect(dialog.getByTestId('mode-notice').textContent).toBe(
        'Real money: this order goes to the exchange. Account: Main.',
      );
      await user.click(dialog.getByRole('button', { name: '25%' }));
    },
    button: 'Sell 0.125 BTC now',
    variables: { input: { positionId: '7', percent: '25', idempotencyKey } },
  }),
);

describeMoneyDialog(
  'Closing what is too little to sell',
  close({
    accepted: { closePosition: { __typename: 'Placed', position: aPosition(), job: null } },
    acceptedText: 'The rest was too small to sell. The position is closed.',
  }),
);

describeMoneyDialog(
  'Placing a limit sell',
  close({
    show: (onClose) => <SellDialog position={aPosition()} startWith="LIMIT" onClose={onClose} />,
    fill: async (user) => {
      const dialog = within(screen.getByRole('dialog'));
      await user.click(dialog.getByRole('button', { name: '50%' }));
      await user.type(dialog.getByRole('textbox', { name: /^Lowest price/ }), '120000');
      const hours = dialog.getByRole('textbox', { name: /^Valid for, hours/ });
      await user.clear(hours);
      await user.type(hours, '48');
    },
    button: 'Place a limit sell of 0.25 BTC',
    operation: 'PlaceLimitSell',
    variables: { input: { positionId: '7', price: '120000', quantity: '0.25', hours: 48, idempotencyKey } },
    accepted: { placeLimitSell: { __typename: 'Placed', position: aPosition(), job: sellJob } },
  }),
);
