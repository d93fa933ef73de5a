import { ApolloProvider } from '@apollo/client/react';
import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import type { ServersFragment } from '../../gql/generated';
import { fakeServer, refused, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { Toaster } from '../../ui/toaster';
import { ServersPage } from './servers.page';

vi.setConfig({ testTimeout: 30_000 });

const WHATSAPP: ServersFragment['whatsApp'] = {
  ...{ __typename: 'WhatsAppServer', address: 'http://10.0.0.5:8080', instanceName: 'desk', hasKey: true },
  ...{ isActive: true, usesOldBody: false, state: 'CLOSE', checkedAt: new Date().toISOString() },
};
const servers = (part: Partial<ServersFragment> = {}): ServersFragment => ({
  ...{ __typename: 'NotificationServers', whatsApp: null, mail: null, hasWebPush: true },
  ...part,
});
const known = (one: ServersFragment): Answer => ({ data: { notificationServers: one } });
const log = (...nodes: object[]): Answer => ({
  data: {
    notificationLog: {
      edges: nodes.map((node) => ({ __typename: 'E', cursor: 'c', node })),
      pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: null },
    },
  },
});
const dialog = () => within(screen.getByRole('dialog'));

const show = async (answers: Record<string, Answer>) => {
  const server = fakeServer({ NotificationLog: log(), ...answers });
  await renderPage(
    <ApolloProvider client={server.client}>
      <ServersPage />
      <Toaster />
    </ApolloProvider>,
  );
  return { server, user: userEvent.setup() };
};

it('the server of WhatsApp is shown with its connection, and changed without sending its key again', async () => {
  const { server, user } = await show({
    NotificationServers: known(servers({ whatsApp: WHATSAPP })),
    SetWhatsAppServer: refused('FORBIDDEN', 'The password is wrong.', 'PASSWORD_WRONG'),
  });
  expect(await screen.findByText('Not connected')).toBeTruthy();
  await user.click(screen.getByRole('button', { name: 'Change' }));
  await user.clear(dialog().getByLabelText(/^Instance/));
  await user.type(dialog().getByLabelText(/^Instance/), 'room');
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await dialog().findByText('The password is wrong.')).toBeTruthy();
  expect(server.sent('SetWhatsAppServer')).toEqual([
    {
      input: {
        ...{ address: 'http://10.0.0.5:8080', instanceName: 'room', isActive: true, usesOldBody: false },
        password: 'my password',
      },
    },
  ]);
});

it('a mail server is set with a port that is a port, and its answer is shown when it is asked', async () => {
  const mail: ServersFragment['mail'] = {
    __typename: 'MailServer',
    server: 'smtp.example.org:465',
    from: 'bot@example.org',
  };
  const { server, user } = await show({
    NotificationServers: known(servers()),
    SetMailServer: { data: { setMailServer: { servers: servers({ mail }) } } },
  });
  const [, setUp] = await screen.findAllByRole('button', { name: 'Set up' });
  await user.click(setUp as HTMLElement);
  await user.type(dialog().getByLabelText(/^Host/), 'smtp.example.org');
  await user.clear(dialog().getByLabelText(/^Port/));
  await user.type(dialog().getByLabelText(/^Port/), '99999');
  await user.type(dialog().getByLabelText(/^Sender/), 'bot@example.org');
  await user.type(dialog().getByLabelText(/^Your password/), 'my password');
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await dialog().findByText('A number from 1 to 65535.')).toBeTruthy();
  expect(server.sent('SetMailServer')).toEqual([]);
  await user.clear(dialog().getByLabelText(/^Port/));
  await user.type(dialog().getByLabelText(/^Port/), '465');
  server.answer('NotificationServers', known(servers({ mail })));
  await user.click(dialog().getByRole('button', { name: 'Save' }));
  expect(await screen.findByText('smtp.example.org:465')).toBeTruthy();
  expect(server.sent('SetMailServer')).toMatchObject([
    { input: { host: 'smtp.example.org', port: 465, userName: null } },
  ]);
  server.answer('CheckNotificationServers', {
    data: {
      checkNotificationServers: {
        ...{ __typename: 'C', whatsApp: null, mail: '535 authentication failed', servers: servers({ mail }) },
      },
    },
  });
  await user.click(screen.getByRole('button', { name: 'Check the servers' }));
  expect(await screen.findByText('535 authentication failed')).toBeTruthy();
});

it('the log says who was told through what, and what became of it', async () => {
  await show({
    NotificationServers: known(servers()),
    NotificationLog: log({
      ...{
        __typename: 'NotificationLogEntry',
        id: '9',
        email: 'ana@example.com',
        kind: 'EMAIL',
        type: 'STOP_LOSS_TRIGGERED',
      },
      ...{ status: 'FAILED', attempts: 3, httpStatus: null, error: '550 no such user', sentAt: null },
      createdAt: new Date().toISOString(),
    }),
  });
  expect(await screen.findByText('ana@example.com')).toBeTruthy();
  for (const text of ['Stop loss', '550 no such user']) expect(screen.getByText(text)).toBeTruthy();
});
