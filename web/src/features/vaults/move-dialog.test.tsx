import { screen, within } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog, type MoneyDialog } from '../../testing/money-dialog';
import { aVault } from '../../testing/rows';
import { MoveDialog, type MoveKind } from './move-dialog';

vi.setConfig({ testTimeout: 30_000 });

const move = (kind: MoveKind, rest: Pick<MoneyDialog, 'button' | 'operation' | 'accepted' | 'acceptedText'>) =>
  describeMoneyDialog(`A vault’s ${kind}`, {
    show: (onClose) => <MoveDialog kind={kind} vault={aVault()} onClose={onClose} />,
    fill: async (user) => {
      const dialog = within(screen.getByRole('dialog', { name: /Savings$/ }));
      await user.type(dialog.getByRole('textbox', { name: /^Amount/ }), '20.5');
      if (kind === 'withdraw') await user.type(dialog.getByLabelText('Your password', { exact: false }), 'pass');
    },
    variables: {
      input: {
        ...{ vaultId: '5', asset: 'USDT', amount: '20.5', idempotencyKey: expect.stringMatching(/^[0-9a-f]{32}$/) },
        ...(kind === 'withdraw' && { password: 'pass' }),
      },
    },
    isRepeatable: true,
    ...rest,
  });

const payload = { __typename: 'VaultPayload', vault: aVault() };
move('deposit', {
  ...{ button: 'Deposit', operation: 'DepositToVault', acceptedText: '20.5 USDT deposited.' },
  accepted: { depositToVault: payload },
});
move('withdraw', {
  ...{ button: 'Withdraw', operation: 'WithdrawFromVault', acceptedText: '20.5 USDT withdrawn.' },
  accepted: { withdrawFromVault: payload },
});
