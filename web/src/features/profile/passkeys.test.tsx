import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { PasskeyRowFragment } from '../../gql/generated';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { SignInPage } from '../auth/sign-in.page';
import { PasskeysCard } from './passkeys-card';

vi.setConfig({ testTimeout: 30_000 });

const dialog = () => within(screen.getByRole('dialog'));
const passkey = (name = 'Phone'): PasskeyRowFragment => ({
  ...{ __typename: 'Passkey', id: '3', name, createdAt: '2026-11-30T10:00:00Z', lastUsedAt: null, isBackedUp: true },
});
const passkeys = (...rows: PasskeyRowFragment[]): Answer => ({ data: { passkeys: rows } });
const begun = { __typename: 'PasskeyOptions', options: '{"challenge":"abc"}', state: 'sealed' };

/** The browser's part: it reads the options, and the device answers or not. */
const device = { create: vi.fn(), get: vi.fn() };
beforeEach(() => {
  const read = {
    parseCreationOptionsFromJSON: (json: unknown) => json,
    parseRequestOptionsFromJSON: (json: unknown) => json,
  };
  vi.stubGlobal('PublicKeyCredential', Object.assign(vi.fn(), read));
  Object.defineProperty(navigator, 'credentials', { value: device, configurable: true });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetAllMocks();
});

const show = async (content: ReactNode, answers: Record<string, Answer>) => {
  const server = fakeServer(answers);
  const { router } = await renderPage(
    <ApolloProvider client={server.client}>
      {content}
      <Toaster />
    </ApolloProvider>,
  );
  return { server, router, user: userEvent.setup() };
};

it('a passkey is made by the device after the password, and a device that stops is told', async () => {
  device.create.mockRejectedValueOnce(new DOMException('stopped', 'NotAllowedError'));
  const { server, user } = await show(<PasskeysCard />, {
    Passkeys: passkeys(),
    BeginPasskeyRegistration: { data: { beginPasskeyRegistration: begun } },
    RegisterPasskey: { data: { registerPasskey: { passkeys: [{ __typename: 'Passkey', id: '3' }] } } },
  });
  expect(await screen.findByText('No passkeys')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Add a passkey' }));
  await user.type(dialog().getByLabelText(/^Name/), 'Phone');
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Add a passkey' }));
  expect((await dialog().findByRole('alert')).textContent).toContain('The device made no passkey.');
  expect(server.sent('RegisterPasskey')).toEqual([]);
  device.create.mockResolvedValueOnce({ toJSON: () => ({ id: 'made' }) });
  server.answer('Passkeys', passkeys(passkey()));
  await user.click(dialog().getByRole('button', { name: 'Add a passkey' }));
  expect(await screen.findByText('The passkey Phone was added.')).toBeTruthy();
  expect(await screen.findByText('Synced')).toBeTruthy();
  expect(device.create).toHaveBeenCalledWith({ publicKey: { challenge: 'abc' } });
  expect(server.sent('BeginPasskeyRegistration')[0]).toEqual({ input: { password: 'my password' } });
  expect(server.sent('RegisterPasskey')).toEqual([
    { input: { name: 'Phone', response: '{"id":"made"}', state: 'sealed' } },
  ]);
});

it('a passkey is renamed, and removed with the password', async () => {
  const { server, user } = await show(<PasskeysCard />, {
    Passkeys: passkeys(passkey()),
    RenamePasskey: { data: { renamePasskey: { passkeys: [passkey('Blue key')] } } },
    RemovePasskey: refused('FORBIDDEN', 'The password is wrong.', 'PASSWORD_WRONG'),
  });
  await user.click(await screen.findByRole('button', { name: 'Rename Phone' }));
  await user.clear(dialog().getByLabelText(/^Name/));
  await user.type(dialog().getByLabelText(/^Name/), 'Blue key');
  await user.click(dialog().getByRole('button', { name: 'Rename' }));
  await user.click(await screen.findByRole('button', { name: 'Remove Blue key' }));
  await user.type(dialog().getByLabelText(/^Your password/), 'wrong');
  await user.click(dialog().getByRole('button', { name: 'Remove' }));
  expect(await dialog().findByRole('alert')).toBeTruthy();
  server.answer('RemovePasskey', { data: { removePasskey: { passkeys: [] } } });
  server.answer('Passkeys', passkeys());
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Remove' }));
  expect(await screen.findByText('No passkeys')).toBeTruthy();
  expect(server.sent('RenamePasskey')).toEqual([{ input: { passkeyId: '3', name: 'Blue key' } }]);
  expect(server.sent('RemovePasskey').at(-1)).toEqual({ input: { passkeyId: '3', password: 'my password' } });
});

it('where the browser cannot make passkeys, the page says so', async () => {
  vi.stubGlobal('PublicKeyCredential', undefined);
  await show(<PasskeysCard />, { Passkeys: passkeys() });
  expect(await screen.findByText(/cannot make passkeys here/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Add a passkey' })).toBeNull();
});

it('a passkey alone signs in, and one that is not known is told', async () => {
  const me = { __typename: 'User', id: '1', email: 'a@example.com', fullName: null, roles: ['USER'] };
  device.get.mockResolvedValue({ toJSON: () => ({ id: 'proof' }) });
  const { server, router, user } = await show(<SignInPage />, {
    Me: { data: { me: null } },
    PasskeySignInOptions: { data: { passkeySignInOptions: begun } },
    SignInWithPasskey: refused('UNAUTHENTICATED', 'The passkey is not known.'),
  });
  await user.click(await screen.findByRole('button', { name: 'Use a passkey' }));
  expect((await screen.findByRole('alert')).textContent).toContain('This passkey is not known here.');
  server.answer('SignInWithPasskey', {
    data: { signInWithPasskey: { user: { ...me, mustChangePassword: true, entriesPausedAt: null } } },
  });
  await user.click(screen.getByRole('button', { name: 'Use a passkey' }));
  await vi.waitFor(() => expect(router.state.location.pathname).toBe('/change-password'));
  expect(server.sent('SignInWithPasskey').at(-1)).toEqual({ input: { response: '{"id":"proof"}', state: 'sealed' } });
});
