import { screen } from '@testing-library/react';
import { expect, vi } from 'vitest';
import { describeMoneyDialog } from '../testing/money-dialog';
import { PauseButton } from './pause-button';

vi.setConfig({ testTimeout: 30_000 });

const PAUSED_AT = '2026-11-30T00:00:00Z';
const me = (entriesPausedAt: string | null) => ({ __typename: 'User', id: '1', entriesPausedAt });
const pauseOf = (entriesPausedAt: string | null) => ({
  EntriesPause: {
    data: {
      me: me(entriesPausedAt),
      exchangeAccounts: { edges: [], pageInfo: { hasNextPage: false, endCursor: null } },
    },
  },
});

describeMoneyDialog('Pausing new entries', {
  show: () => <PauseButton />,
  answers: pauseOf(null),
  fill: async (user) => {
    await vi.waitFor(() => {
      const button = screen.getByRole<HTMLButtonElement>('button', { name: 'Pause entries' });
      if (button.disabled) throw new Error('it is not known yet whether they are paused');
    });
    await user.click(screen.getByRole('button', { name: 'Pause entries' }));
    const dialog = screen.getByRole('dialog', { name: 'Pause new entries on all accounts?' });
    // A pause is not a halt: open trades go on being managed.
    expect(dialog.textContent).toContain('Exits, sell signals and your own sells still work.');
  },
  button: 'Pause entries',
  operation: 'PauseEntries',
  variables: { input: { accountId: null } },
  accepted: { pauseEntries: { __typename: 'PauseEntriesPayload', user: me(PAUSED_AT), account: null } },
  acceptedText: 'New entries are paused.',
  isRepeatable: true,
});

describeMoneyDialog('Letting new entries in again', {
  show: () => <PauseButton />,
  answers: pauseOf(PAUSED_AT),
  fill: async (user) => {
    await user.click(await screen.findByRole('button', { name: 'Resume entries' }));
    screen.getByRole('dialog', { name: 'Allow new entries again?' });
  },
  button: 'Resume entries',
  operation: 'ResumeEntries',
  variables: { input: { accountId: null } },
  accepted: { resumeEntries: { __typename: 'ResumeEntriesPayload', user: me(null), account: null } },
  acceptedText: 'New entries are allowed again.',
  isRepeatable: true,
});
