import { ApolloProvider } from '@apollo/client/react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { IntlProvider } from 'use-intl';
import { expect, it, vi } from 'vitest';
import { SetupGate } from '../../app/setup-gate';
import { loadMessages } from '../../messages/load-messages';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { restoreCommands } from './restore-commands';
import { SetupPage } from './setup.page';

vi.setConfig({ testTimeout: 30_000 });

const CODE = 'ABCD-EFGH-IJKL-MNOP';
const BACKUP = 'mvcashnode-20261129T030000Z.jsonl.gz.age';
const needed = (isNeeded: boolean): Answer => ({ data: { setup: { __typename: 'Setup', isNeeded } } });
const backup = { __typename: 'Backup', name: BACKUP, bytes: 2_500_000, isEncrypted: true };
const checked = (backups: object[] = []): Answer => ({
  data: { checkSetupCode: { __typename: 'CheckSetupCodePayload', expiresAt: '2026-12-01T00:00:00.000Z', backups } },
});
const user = {
  ...{ __typename: 'User', id: '1', email: 'ada@example.com', fullName: 'Ada', roles: ['ADMIN'] },
  ...{ mustChangePassword: false, entriesPausedAt: null },
};

const open = async (address: string, answers: Record<string, Answer>) => {
  const server = fakeServer({ Setup: needed(true), ...answers });
  const router = createMemoryRouter(
    [
      {
        element: <SetupGate />,
        children: [
          { path: '/setup', element: <SetupPage /> },
          { path: '/sign-in', element: <p>the sign-in</p> },
          { path: '/set-password', element: <p>a link</p> },
        ],
      },
      { path: '/', element: <p>the dashboard</p> },
    ],
    { initialEntries: [address] },
  );
  render(
    <IntlProvider locale="en" messages={await loadMessages('en')} timeZone="UTC">
      <ApolloProvider client={server.client}>
        <RouterProvider router={router} />
      </ApolloProvider>
    </IntlProvider>,
  );
  return { server, router, user: userEvent.setup() };
};

it.each(['/sign-in', '/set-password'])('while there is no user, %s leads to the set-up', async (address) => {
  const { router } = await open(address, {});
  expect(await screen.findByRole('heading', { name: 'Set up mvcashnode' })).toBeTruthy();
  expect(router.state.location.pathname).toBe('/setup');
});

it('once there is a user, the set-up leads to the sign-in, and other pages stay', async () => {
  await open('/setup', { Setup: needed(false) });
  expect(await screen.findByText('the sign-in')).toBeTruthy();
});

it('makes the administrator: the code of the link, the person, the app, and the recovery codes once', async () => {
  const { server, user: who } = await open(`/setup#${CODE}`, {
    CheckSetupCode: checked(),
    BeginSetup: {
      data: { beginSetup: { __typename: 'B', secret: 'JBSWY3DP', qrCode: 'data:image/svg+xml;base64,AA==' } },
    },
    CompleteSetup: refused('FORBIDDEN', 'no', 'CODE_WRONG'),
  });
  expect((await screen.findByLabelText<HTMLInputElement>('One-time code')).value).toBe(CODE);
  await who.click(screen.getByRole('button', { name: 'Continue' }));
  await who.type(await screen.findByLabelText(/E-mail/), 'ada');
  await who.type(screen.getByLabelText('New password'), 'short');
  await who.click(screen.getByRole('button', { name: 'Next: second factor' }));
  expect(screen.getByText('Enter an e-mail address.')).toBeTruthy();
  expect(screen.getByText('Use 10 to 200 characters.')).toBeTruthy();
  await who.type(screen.getByLabelText(/E-mail/), '@example.com');
  await who.type(screen.getByLabelText('New password'), ' but now longer');
  await who.type(screen.getByLabelText('New password again'), 'short but now longer');
  await who.click(screen.getByRole('button', { name: 'Next: second factor' }));
  expect(await screen.findByRole('img', { name: 'QR code for the authenticator app' })).toBeTruthy();
  expect(server.sent('BeginSetup')).toEqual([{ input: { setupCode: CODE, email: 'ada@example.com' } }]);
  await who.type(screen.getByLabelText('Code of the app'), '000 000');
  await who.click(screen.getByRole('button', { name: 'Create the administrator' }));
  expect((await screen.findByRole('alert')).textContent).toContain('check the clock of the phone');
  server.answer('CompleteSetup', {
    data: { completeSetup: { __typename: 'C', user, recoveryCodes: ['AAAA-BBBB-CCCC-DDDD'] } },
  });
  await who.type(screen.getByLabelText('Code of the app'), '123456');
  await who.click(screen.getByRole('button', { name: 'Create the administrator' }));
  expect(await screen.findByText('AAAA-BBBB-CCCC-DDDD')).toBeTruthy();
  expect(server.sent('CompleteSetup')[1]).toEqual({
    input: {
      ...{ setupCode: CODE, email: 'ada@example.com', fullName: null, code: '123456' },
      password: 'short but now longer',
    },
  });
  await who.click(screen.getByRole('button', { name: /open the dashboard/ }));
  expect(await screen.findByText('the dashboard')).toBeTruthy();
});

it('a wrong code says where the newest one is, and a full limit says how long to wait', async () => {
  const { server, user: who } = await open('/setup', {
    CheckSetupCode: refused('FORBIDDEN', 'no', 'SETUP_CODE_INVALID'),
  });
  await who.type(await screen.findByLabelText('One-time code'), 'AAAA');
  await who.click(screen.getByRole('button', { name: 'Continue' }));
  expect((await screen.findByRole('alert')).textContent).toContain('run setup-code');
  server.answer('CheckSetupCode', {
    errors: [{ message: 'wait', extensions: { code: 'RATE_LIMITED', retryAfterMs: 600_000 } }],
  });
  await who.click(screen.getByRole('button', { name: 'Continue' }));
  expect(await screen.findByText(/Too many attempts. Try again in 10/)).toBeTruthy();
});

it('a backup is restored with commands, which the page shows with the reason', async () => {
  const { user: who } = await open(`/setup#${CODE}`, { CheckSetupCode: checked([backup]) });
  await who.click(await screen.findByRole('button', { name: 'Continue' }));
  await who.click(await screen.findByRole('button', { name: 'Restore a backup instead' }));
  expect(screen.getByText('A restore needs the program stopped')).toBeTruthy();
  expect(screen.getByText(/BACKUP_AGE_IDENTITY/)).toBeTruthy();
  const commands = () => screen.getByRole('figure', { name: 'Commands' }).textContent;
  expect(commands()).toContain(`run --rm mvcashnode restore ${BACKUP} --yes`);
  await who.click(screen.getByRole('button', { name: 'npm start' }));
  expect(commands()).toBe(restoreCommands('checkout', BACKUP));
});
