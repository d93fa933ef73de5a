import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import type { PersonRowFragment, ScheduledJobRowFragment } from '../../gql/generated';
import { fakeServer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { IntervalDialog } from './interval-dialog';
import { InviteDialog } from './invite-dialog';
import { SchedulePage } from './schedule.page';
import { UserActions } from './user-actions';
import { VerifyAudit } from './verify-audit';

vi.setConfig({ testTimeout: 30_000 });

const dialog = () => within(screen.getByRole('dialog'));

const person: PersonRowFragment = {
  ...{ __typename: 'Person', id: '9', email: 'nine@example.com', fullName: null, roles: ['USER'], isActive: true },
  ...{ hasTwoFactor: true, mustChangePassword: false, lastSignInAt: null, createdAt: '2026-11-30T00:00:00Z' },
};
const job: ScheduledJobRowFragment = {
  ...{ __typename: 'ScheduledJob', id: '1', name: 'sl_tp_monitor_real', description: 'x', status: 'ACTIVE' },
  ...{ isRunning: false, isSafety: true, intervalMs: 5_000, intervalMinMs: 1_000, intervalMaxMs: 60_000 },
  ...{ lastStartedAt: null, nextRunAt: null },
};

const show = async (content: ReactNode, answers: Parameters<typeof fakeServer>[0]) => {
  const server = fakeServer(answers);
  await renderPage(
    <ApolloProvider client={server.client}>
      {content}
      <Toaster />
    </ApolloProvider>,
  );
  return { server, user: userEvent.setup() };
};

it('an invitation shows its link once, and neither link nor password is kept', async () => {
  const link = 'https://x.example/set-password#abc';
  const { server, user } = await show(<InviteDialog onClose={() => undefined} onInvited={() => undefined} />, {
    InviteUser: { data: { inviteUser: { link, expiresAt: '2026-12-07T00:00:00Z', user: person } } },
  });
  await user.type(dialog().getByLabelText(/^E-mail/), 'nine');
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Invite a user' }));
  expect(await dialog().findByText('This is not an e-mail address.')).toBeTruthy();
  await user.type(dialog().getByLabelText(/^E-mail/), '@example.com ');
  await user.click(dialog().getByRole('button', { name: 'Invite a user' }));
  expect(await screen.findByText(link)).toBeTruthy();
  expect(server.sent('InviteUser')).toEqual([
    { input: { email: 'nine@example.com', fullName: null, roles: ['USER'], password: 'my password' } },
  ]);
  expect(JSON.stringify(server.client.cache.extract())).not.toContain('abc');
});

it('locking a user out asks once, and what gives access needs the password', async () => {
  const { server, user } = await show(<UserActions person={person} isSelf={false} />, {
    RevokeUserAccess: { data: { revokeUserAccess: { sessions: 2, tokens: 1 } } },
    SetUserRoles: { data: { setUserRoles: { user: { ...person, roles: ['ADMIN', 'USER'] } } } },
  });
  const choose = async (name: string) => {
    await user.click(screen.getByRole('button', { name: /^Actions/ }));
    await user.click(await screen.findByRole('menuitem', { name }));
  };
  await choose('Revoke access');
  expect(dialog().queryByLabelText(/^Your password/)).toBeNull();
  await user.click(dialog().getByRole('button', { name: 'Revoke access' }));
  expect(await screen.findByText('2 sessions and 1 token of nine@example.com were ended.')).toBeTruthy();
  await choose('Make administrator');
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Make administrator' }));
  expect(await screen.findByText('Done: nine@example.com')).toBeTruthy();
  expect(server.sent('SetUserRoles')).toEqual([
    { input: { userId: '9', password: 'my password', roles: ['ADMIN', 'USER'] } },
  ]);
});

it('nobody switches themselves off or takes their own role', async () => {
  const { user } = await show(<UserActions person={person} isSelf />, {});
  await user.click(screen.getByRole('button', { name: /^Actions/ }));
  expect((await screen.findAllByRole('menuitem')).map((item) => item.textContent)).toEqual([
    'Reset link',
    'Revoke access',
    'Remove second factor',
  ]);
});

it('pausing the safety net of exits says what it means', async () => {
  const { server, user } = await show(<SchedulePage />, {
    ScheduledJobs: { data: { scheduledJobs: [job] } },
    PauseScheduledJob: { data: { pauseScheduledJob: { scheduledJob: { ...job, status: 'PAUSED' } } } },
  });
  await user.click(await screen.findByRole('button', { name: 'Pause' }));
  expect(dialog().getByText(/safety net of stop loss and take profit/)).toBeTruthy();
  expect(server.sent('PauseScheduledJob')).toEqual([]);
  await user.click(dialog().getByRole('button', { name: 'Pause' }));
  expect(await screen.findByRole('button', { name: 'Resume' })).toBeTruthy();
  expect(server.sent('PauseScheduledJob')).toEqual([{ input: { name: 'sl_tp_monitor_real' } }]);
});

it('an interval stays within the limits of its job', async () => {
  const { server, user } = await show(<IntervalDialog job={job} name="Net" onClose={() => undefined} />, {});
  const field = dialog().getByLabelText(/^Seconds/);
  await user.clear(field);
  await user.type(field, '61');
  await user.click(dialog().getByRole('button', { name: 'Change interval' }));
  expect(dialog().getByText('Between 1 and 60.')).toBeTruthy();
  await user.clear(field);
  await user.type(field, '30');
  await user.click(dialog().getByRole('button', { name: 'Change interval' }));
  expect(server.sent('SetScheduledJobInterval')).toEqual([
    { input: { name: 'sl_tp_monitor_real', intervalMs: 30_000 } },
  ]);
});

it('a log that was edited is told as such', async () => {
  const verdict = { isIntact: false, entries: 12, unprotected: 1, faults: 2, lastId: '13' };
  const { user } = await show(<VerifyAudit />, { VerifyAuditLog: { data: { verifyAuditLog: verdict } } });
  await user.click(screen.getByRole('button', { name: 'Verify' }));
  const told = await screen.findByTestId('audit-verdict');
  expect(told.textContent).toContain('The log was changed: 2 faults in 12 entries.');
  expect(told.textContent).toContain('1 older entry was written before there was a chain.');
});
