import { ApolloProvider } from '@apollo/client/react';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { IntlProvider } from 'use-intl';
import { expect, it, vi } from 'vitest';
import { loadMessages } from '../../messages/load-messages';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { SetPasswordPage } from './set-password.page';

vi.setConfig({ testTimeout: 30_000 });

const open = async (address: string, answer: Answer) => {
  const server = fakeServer({ SetPasswordWithLink: answer });
  const routes = [{ path: '/set-password', element: <SetPasswordPage /> }];
  render(
    <IntlProvider locale="en" messages={await loadMessages('en')} timeZone="UTC">
      <ApolloProvider client={server.client}>
        <RouterProvider router={createMemoryRouter(routes, { initialEntries: [address] })} />
      </ApolloProvider>
    </IntlProvider>,
  );
  return { server, user: userEvent.setup() };
};
const fill = async (user: ReturnType<typeof userEvent.setup>, next: string, again = next) => {
  await user.type(screen.getByLabelText('New password'), next);
  await user.type(screen.getByLabelText('New password again'), again);
  await user.click(screen.getByRole('button', { name: 'Set the password' }));
};

it('the link of an invitation sets the password, with the part after the # as its proof', async () => {
  const { server, user } = await open('/set-password#tok_en-1', {
    data: { setPasswordWithLink: { email: 'new@example.com' } },
  });
  await fill(user, 'a long password');
  expect(await screen.findByText('Your password is set. Sign in as new@example.com.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Go to sign-in' }).getAttribute('href')).toBe('/sign-in');
  expect(server.sent('SetPasswordWithLink')).toEqual([
    { input: { token: 'tok_en-1', newPassword: 'a long password' } },
  ]);
});

it('a short password and two different ones are told before anything is sent', async () => {
  const { server, user } = await open('/set-password#t', 'never');
  await fill(user, 'short', 'other');
  expect(screen.getByText('Use 10 to 200 characters.')).toBeTruthy();
  expect(screen.getByText('The two passwords are different.')).toBeTruthy();
  expect(server.sent('SetPasswordWithLink')).toEqual([]);
});

it('a used link says what to do', async () => {
  const { user } = await open('/set-password#t', refused('CONFLICT', 'no', 'LINK_INVALID'));
  await fill(user, 'a long password');
  expect((await screen.findByRole('alert')).textContent).toContain('Ask an administrator for a new one');
});

it('a link without its proof is not a form', async () => {
  await open('/set-password', 'never');
  expect(screen.getByText(/This link is not complete/)).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Set the password' })).toBeNull();
});
