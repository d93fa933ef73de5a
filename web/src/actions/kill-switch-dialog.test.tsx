import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog } from '../testing/money-dialog';
import { aDonePlan } from '../testing/rows';
import { KillSwitchDialog } from './kill-switch-dialog';

vi.setConfig({ testTimeout: 30_000 });

for (const closePositions of [false, true]) {
  describeMoneyDialog(`The kill switch that ${closePositions ? 'sells' : 'keeps'} the positions`, {
    show: (onClose) => <KillSwitchDialog onClose={onClose} />,
    answers: { BulkAction: { data: { bulkAction: aDonePlan() } } },
    fill: async (user) => {
      const dialog = within(screen.getByRole('dialog', { name: 'Kill switch' }));
      if (closePositions) await user.click(dialog.getByRole('checkbox'));
      await user.click(dialog.getByRole('button', { name: 'Continue' }));
      // The list above the button says what it will do.
      const list = within(screen.getByRole('dialog', { name: 'Stop everything now?' })).getByRole('list');
      expect(list.textContent).toContain(
        closePositions ? 'Then every open position is sold at the market.' : 'Open positions stay open',
      );
    },
    button: 'Stop now',
    operation: 'KillSwitch',
    variables: { input: { closePositions, idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) } },
    accepted: { killSwitch: { __typename: 'KillSwitchPayload', bulkAction: aDonePlan() } },
    acceptedText: 'Trading stopped',
    isRepeatable: true,
  });
}
