import { ApolloProvider } from '@apollo/client/react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import { fakeServer, refused } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { SignInPage } from './sign-in.page';

vi.setConfig({ testTimeout: 30_000 });

it('a sign-in with a second factor asks for a code, says when it is wrong, and sends it with the password', async () => {
  const server = fakeServer({
    Me: { data: { me: null } },
    SignIn: refused('SECOND_FACTOR_REQUIRED', 'a code is needed'),
  });
  const user = userEvent.setup();
  await renderPage(
    <ApolloProvider client={server.client}>
      <SignInPage />
    </ApolloProvider>,
  );
  await user.type(await screen.findByLabelText('E-mail'), 'a@example.com');
  await user.type(screen.getByLabelText('Password'), 'a password');
  expect(screen.queryByLabelText('Code')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  const code = await screen.findByLabelText('Code');
  expect(document.activeElement).toBe(code);
  expect(screen.queryByRole('alert')).toBeNull();
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect(await screen.findByText('Fill this in.')).toBeTruthy();
  await user.type(code, '123456');
  await user.click(screen.getByRole('button', { name: 'Sign in' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/code is wrong/);
  const input = { email: 'a@example.com', password: 'a password' };
  expect(server.sent('SignIn')).toEqual([{ input }, { input: { ...input, code: '123456' } }]);
});
