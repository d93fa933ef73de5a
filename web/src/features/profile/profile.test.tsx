import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { fakeServer, refused } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { AboutCard } from './about-card';
import { addressLines, wrongAddress } from './address-lines';
import { browserName } from '../../lib/browser-name';
import { CreateTokenDialog } from './create-token-dialog';
import { TwoFactorCard } from './two-factor-card';

vi.setConfig({ testTimeout: 30_000 });

const dialog = () => within(screen.getByRole('dialog'));
const twoFactor = (isOn: boolean) => ({
  data: { twoFactor: { __typename: 'TwoFactor', isOn, recoveryCodesLeft: 10 } },
});

it('the second factor is set up by password, picture and code, and its recovery codes are shown once', async () => {
  const server = fakeServer({
    TwoFactorState: twoFactor(false),
    BeginTwoFactor: { data: { beginTwoFactor: { qrCode: 'data:image/svg+xml,x', secret: 'JBSW' } } },
    EnableTwoFactor: { data: { enableTwoFactor: { recoveryCodes: ['aaaa-1111', 'bbbb-2222'] } } },
  });
  const user = userEvent.setup();
  await renderPage(
    <ApolloProvider client={server.client}>
      <TwoFactorCard />
    </ApolloProvider>,
  );
  await user.click(await screen.findByRole('button', { name: 'Set up' }));
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Continue' }));
  expect((await screen.findByRole('img', { name: /^QR code/ })).getAttribute('src')).toMatch(/^data:image/);
  expect(dialog().getByText('JBSW')).toBeTruthy();
  await user.type(dialog().getByLabelText(/^Six digits/), '123 456');
  server.answer('TwoFactorState', twoFactor(true));
  await user.click(dialog().getByRole('button', { name: 'Turn on' }));
  expect((await screen.findByText(/aaaa-1111/)).textContent).toContain('bbbb-2222');
  expect(server.sent('BeginTwoFactor')).toEqual([{ input: { password: 'my password' } }]);
  expect(server.sent('EnableTwoFactor')).toEqual([{ input: { code: '123456' } }]);
  expect(await screen.findByText('10 recovery codes are left.')).toBeTruthy();
  // They cannot be shown again, so the first attempt to close only warns.
  await user.click(dialog().getByRole('button', { name: 'Close' }));
  expect(dialog().getByText(/cannot be shown again/)).toBeTruthy();
  expect(JSON.stringify(server.client.cache.extract())).not.toContain('aaaa-1111');
});

it('a wrong password is told, and the form asks again', async () => {
  const server = fakeServer({
    TwoFactorState: twoFactor(true),
    DisableTwoFactor: refused('FORBIDDEN', 'The password or the code is wrong.', 'PASSWORD_WRONG'),
  });
  const user = userEvent.setup();
  await renderPage(
    <ApolloProvider client={server.client}>
      <TwoFactorCard />
    </ApolloProvider>,
  );
  await user.click(await screen.findByRole('button', { name: 'Turn off' }));
  await user.type(dialog().getByLabelText(/^Code of the app/), '111111');
  await user.type(dialog().getByLabelText(/^Your password/), 'wrong');
  await user.click(dialog().getByRole('button', { name: 'Turn off' }));
  expect(await dialog().findByRole('alert')).toBeTruthy();
  expect(dialog().getByLabelText<HTMLInputElement>(/^Your password/).value).toBe('');
});

it('a token is created with its scopes, end and addresses, and shown once', async () => {
  const token = 'mvc_secret_token';
  const row = {
    ...{ __typename: 'ApiToken', id: '1', name: 'bridge', hint: 'oken', scopes: ['READ', 'TRADE'], allowedIps: [] },
    ...{ createdAt: '2026-11-30T00:00:00Z', expiresAt: null, lastUsedAt: null, lastUsedIp: null },
  };
  const server = fakeServer({ CreateApiToken: { data: { createApiToken: { token, apiToken: row } } } });
  const user = userEvent.setup();
  const onCreated = vi.fn();
  await renderPage(
    <ApolloProvider client={server.client}>
      <CreateTokenDialog onClose={() => undefined} onCreated={onCreated} />
    </ApolloProvider>,
  );
  expect(dialog().queryByLabelText(/Administer users/)).toBeNull();
  await user.type(dialog().getByLabelText(/^Name/), ' bridge ');
  await user.click(dialog().getByLabelText(/Trade/));
  await user.selectOptions(dialog().getByLabelText('Ends after'), 'When it is revoked');
  await user.type(dialog().getByLabelText('Only from these addresses'), 'nonsense');
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Create a token' }));
  expect(await dialog().findByText('nonsense is not an address or a range.')).toBeTruthy();
  expect(server.sent('CreateApiToken')).toEqual([]);
  await user.clear(dialog().getByLabelText('Only from these addresses'));
  await user.type(dialog().getByLabelText('Only from these addresses'), '203.0.113.7');
  await user.click(dialog().getByRole('button', { name: 'Create a token' }));
  expect(await screen.findByText(token)).toBeTruthy();
  expect(onCreated).toHaveBeenCalledOnce();
  expect(server.sent('CreateApiToken')).toEqual([
    {
      input: {
        ...{ name: 'bridge', scopes: ['READ', 'TRADE'], expiresAt: null, allowedIps: ['203.0.113.7'] },
        password: 'my password',
      },
    },
  ]);
  expect(JSON.stringify(server.client.cache.extract())).not.toContain(token);
});

it('addresses are read line by line, and the first wrong one is named', () => {
  expect(addressLines(' 10.0.0.1\n2001:db8::/32, 10.0.0.2 ')).toEqual(['10.0.0.1', '2001:db8::/32', '10.0.0.2']);
  expect(wrongAddress('10.0.0.1\n10.0.0.999')).toBe('10.0.0.999');
  expect(wrongAddress('')).toBeUndefined();
});

it('a browser is told in two words, and another program as it names itself', () => {
  const chrome = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36';
  expect(browserName(chrome)).toBe('Chrome, Linux');
  expect(browserName(chrome.replace('Safari/537.36', 'Safari/537.36 Edg/130.0'))).toBe('Edge, Linux');
  expect(browserName('curl/8.5.0')).toBe('curl/8.5.0');
  expect(browserName(null)).toBe('—');
});

it('name and phone are saved, and a phone without its country code is refused before it is sent', async () => {
  const me = { __typename: 'User', id: '1', fullName: 'Ana', phone: null } as const;
  const server = fakeServer({
    Profile: { data: { me } },
    UpdateProfile: { data: { updateProfile: { __typename: 'UpdateProfilePayload', user: me } } },
  });
  const user = userEvent.setup();
  await renderPage(
    <ApolloProvider client={server.client}>
      <AboutCard />
    </ApolloProvider>,
  );
  const phone = await screen.findByLabelText(/^Phone/);
  await user.clear(screen.getByLabelText(/^Name/));
  await user.type(phone, '11 98765-4321');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  expect(screen.getByText(/country code first/)).toBeTruthy();
  expect(server.sent('UpdateProfile')).toEqual([]);
  await user.clear(phone);
  await user.type(phone, '+55 11 98765-4321');
  await user.click(screen.getByRole('button', { name: 'Save' }));
  await vi.waitFor(() =>
    expect(server.sent('UpdateProfile')).toEqual([{ input: { fullName: null, phone: '+55 11 98765-4321' } }]),
  );
});
