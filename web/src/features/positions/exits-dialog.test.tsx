import { screen, within } from '@testing-library/react';
import { vi } from 'vitest';
import { describeMoneyDialog } from '../../testing/money-dialog';
import { aPosition } from '../../testing/rows';
import { ExitsDialog } from './exits-dialog';

vi.setConfig({ testTimeout: 30_000 });

const position = { ...aPosition({ slEnabled: true, slPct: '5' }), targets: [] };

describeMoneyDialog('Editing the exits of a position', {
  show: (onClose) => <ExitsDialog positionId="7" onClose={onClose} />,
  answers: { PositionExits: { data: { position } } },
  fill: async (user) => {
    const dialog = await screen.findByRole('dialog', { name: 'Exits of BTC/USDT' });
    const stop = await within(dialog).findByRole('textbox', { name: /^Below the entry/ });
    await user.clear(stop);
    await user.type(stop, '2.5');
  },
  button: 'Save exits',
  operation: 'UpdatePositionExits',
  variables: {
    input: {
      ...{ positionId: '7', slEnabled: true, slPct: '2.5', tpEnabled: false, tpPct: null },
      ...{ trailingEnabled: false, trailingDistancePct: null, trailingArmingPct: null, minProfitPct: null },
      ...{ timeStopHours: null, breakEvenAfterFirst: false, targets: [] },
    },
  },
  accepted: { updatePositionExits: { __typename: 'PositionChanged', position } },
  acceptedText: 'The exits of BTC/USDT were saved.',
  isRepeatable: true,
  refusesAsData: true,
});
