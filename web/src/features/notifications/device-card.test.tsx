import { ApolloProvider } from '@apollo/client/react';
import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { keepDevice, turnOffDevice } from '../../lib/push-device';
import { fakeServer, type Answer } from '../../testing/fake-server';
import { renderPage } from '../../testing/render-page';
import { toasts } from '../../ui/toast';
import { Toaster } from '../../ui/toaster';
import { DeviceCard } from './device-card';

vi.setConfig({ testTimeout: 30_000 });

const KEY = Buffer.alloc(65, 4).toString('base64url');
const channel = {
  ...{ __typename: 'NotificationChannel', id: '5', kind: 'WEB_PUSH', label: 'Chrome, Linux', addressHint: '…' },
  ...{ isEnabled: true, disabledReason: null, failingSince: null, lastError: null, lastSentAt: null },
};
const channels = (...rows: object[]): Answer => ({ data: { notificationChannels: rows } });

/** A browser with web push, whose person answers as the test says. */
function fakeBrowser(answer: NotificationPermission = 'granted') {
  let made = 0;
  let subscription: { endpoint: string; toJSON(): object; unsubscribe(): Promise<boolean> } | null = null;
  const keys: Uint8Array[] = [];
  const pushManager = {
    getSubscription: async () => subscription,
    subscribe: async ({ applicationServerKey }: { applicationServerKey: Uint8Array }) => {
      keys.push(applicationServerKey);
      const endpoint = `https://push.example/${++made}`;
      subscription = {
        endpoint,
        toJSON: () => ({ endpoint, keys: { p256dh: 'P', auth: 'A' } }),
        unsubscribe: async () => {
          subscription = null;
          return true;
        },
      };
      return subscription;
    },
  };
  const registration = { pushManager };
  const serviceWorker = {
    register: vi.fn(async () => registration),
    getRegistration: async () => registration,
    ready: Promise.resolve(registration),
  };
  const Notification = { permission: 'default', requestPermission: async () => (Notification.permission = answer) };
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('PushManager', Object);
  vi.stubGlobal('Notification', Notification);
  Object.defineProperty(navigator, 'serviceWorker', { configurable: true, value: serviceWorker });
  return { keys, serviceWorker, replace: () => pushManager.subscribe({ applicationServerKey: new Uint8Array() }) };
}

beforeEach(() => {
  toasts.set([]);
  localStorage.removeItem('mvcashnode.push');
});
afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(navigator, 'serviceWorker');
});

const show = async (answers: Record<string, Answer> = {}) => {
  const server = fakeServer({
    NotificationChannels: channels(),
    WebPushKey: { data: { webPushKey: KEY } },
    SubscribeWebPush: { data: { subscribeWebPush: { channel } } },
    UnsubscribeWebPush: { data: { unsubscribeWebPush: { wasSubscribed: true } } },
    ...answers,
  });
  await renderPage(
    <ApolloProvider client={server.client}>
      <DeviceCard />
      <Toaster />
    </ApolloProvider>,
  );
  return { server, user: userEvent.setup() };
};

it('asks, subscribes with the key of the server, and stops again', async () => {
  const browser = fakeBrowser();
  const { server, user } = await show();
  server.answer('NotificationChannels', channels(channel));
  await user.click(await screen.findByRole('button', { name: 'Notify this device' }));
  expect(await screen.findByText('This device is notified, as “Chrome, Linux”.')).toBeTruthy();
  expect(browser.serviceWorker.register).toHaveBeenCalledWith('/sw.js');
  expect(Buffer.from(browser.keys[0] ?? []).toString('base64url')).toBe(KEY);
  const [{ input }] = server.sent('SubscribeWebPush') as [{ input: object }];
  expect(input).toMatchObject({ endpoint: 'https://push.example/1', p256dh: 'P', auth: 'A' });
  server.answer('NotificationChannels', channels());
  await user.click(screen.getByRole('button', { name: 'Stop on this device' }));
  expect(await screen.findByRole('button', { name: 'Notify this device' })).toBeTruthy();
  expect(server.sent('UnsubscribeWebPush')).toEqual([{ input: { endpoint: 'https://push.example/1' } }]);
  expect(localStorage.getItem('mvcashnode.push')).toBeNull();
});

it('a person who says no is told how to change that, and nothing is sent', async () => {
  fakeBrowser('denied');
  const { server, user } = await show();
  await user.click(await screen.findByRole('button', { name: 'Notify this device' }));
  expect(await screen.findByText('Notifications are blocked')).toBeTruthy();
  expect(server.sent('SubscribeWebPush')).toEqual([]);
});

it('a channel that was removed elsewhere is offered again', async () => {
  fakeBrowser();
  const { user } = await show();
  await user.click(await screen.findByRole('button', { name: 'Notify this device' }));
  // The list of the server has no such channel.
  expect(await screen.findByRole('button', { name: 'Notify this device' })).toBeTruthy();
});

it('an address that the browser replaced is sent to the server, and signing out ends it', async () => {
  const browser = fakeBrowser();
  const { server, user } = await show();
  await user.click(await screen.findByRole('button', { name: 'Notify this device' }));
  await screen.findByText('This device is notified from now on.');
  await keepDevice(server.client);
  expect(server.sent('SubscribeWebPush')).toHaveLength(1);
  await browser.replace();
  await keepDevice(server.client);
  expect(server.sent('UnsubscribeWebPush')).toEqual([{ input: { endpoint: 'https://push.example/1' } }]);
  expect(server.sent('SubscribeWebPush')[1]).toMatchObject({ input: { endpoint: 'https://push.example/3' } });
  await turnOffDevice(server.client);
  expect(server.sent('UnsubscribeWebPush')).toHaveLength(2);
});

it('a browser without web push, or without HTTPS, says what to do', async () => {
  vi.stubGlobal('isSecureContext', false);
  await show();
  expect(await screen.findByText('Notifications need HTTPS')).toBeTruthy();
});
