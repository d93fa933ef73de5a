import { expect, it, vi } from 'vitest';
import SOURCE from '../../public/sw.js?raw';

const ORIGIN = 'https://trade.example.org';

interface Window {
  visibilityState: string;
  focus(): Promise<void>;
  navigate(url: string): Promise<void>;
  postMessage(message: unknown, ports: MessagePort[]): void;
}

/** Runs the service worker with a browser that the test plays. */
function start(windows: Partial<Window>[] = []) {
  const listeners = new Map<string, (event: object) => void>();
  const registration = { showNotification: vi.fn(async () => undefined) };
  const clients = {
    claim: vi.fn(async () => undefined),
    matchAll: async () => windows.map((one) => ({ focus: async () => undefined, ...one })),
    openWindow: vi.fn(async () => undefined),
  };
  const self = {
    ...{ registration, clients, location: { origin: ORIGIN }, skipWaiting: vi.fn() },
    addEventListener: (name: string, listener: (event: object) => void) => void listeners.set(name, listener),
  };
  // oxlint-disable-next-line no-new-func
  new Function('self', SOURCE)(self);
  const send = async (name: string, event: object): Promise<void> => {
    let work: Promise<unknown> = Promise.resolve();
    listeners.get(name)?.({ ...event, waitUntil: (one: Promise<unknown>) => (work = one) });
    await work;
  };
  const push = (text: string) => send('push', { data: { json: () => JSON.parse(text) as unknown } });
  const click = (url?: string) =>
    send('notificationclick', { notification: { close: () => undefined, data: { url } } });
  return { push, click, registration, clients };
}

it('a push is shown with its text, and a repetition in the place of the first one', async () => {
  const { push, registration } = start();
  await push(JSON.stringify({ title: 'Stop loss', text: 'BTC/USDT −4.1', tag: 'a', path: '/positions/42' }));
  expect(registration.showNotification).toHaveBeenCalledWith('Stop loss', {
    ...{ body: 'BTC/USDT −4.1', tag: 'a', icon: '/icon-192.png', data: { url: `${ORIGIN}/positions/42` } },
  });
});

it('a push that is not readable, or that names another site, still shows something harmless', async () => {
  const { push, registration } = start();
  await push('not json');
  for (const path of ['https://evil.example/', '//evil.example/x', 7]) await push(JSON.stringify({ title: 'x', path }));
  const urls = (registration.showNotification.mock.calls as unknown as [string, { data: { url: string } }][]).map(
    ([, { data }]) => data.url,
  );
  expect(urls).toEqual(Array.from({ length: 4 }, () => `${ORIGIN}/`));
});

it('pressing it opens a window when there is none', async () => {
  const { click, clients } = start();
  await click(`${ORIGIN}/jobs/7`);
  expect(clients.openWindow).toHaveBeenCalledWith(`${ORIGIN}/jobs/7`);
});

it('pressing it shows the page in an open window without loading it again', async () => {
  const navigate = vi.fn(async () => undefined);
  const postMessage = vi.fn((_: unknown, [port]: MessagePort[]) => port?.postMessage('done'));
  const { click, clients } = start([{ visibilityState: 'visible', navigate, postMessage }]);
  await click(`${ORIGIN}/positions/42`);
  expect(postMessage.mock.calls[0]?.[0]).toEqual({ type: 'open', url: `${ORIGIN}/positions/42` });
  expect([navigate.mock.calls, clients.openWindow.mock.calls]).toEqual([[], []]);
});

it('a window that does not answer is sent to the page', async () => {
  const navigate = vi.fn(async () => undefined);
  const { click } = start([{ visibilityState: 'hidden', navigate, postMessage: () => undefined }]);
  await click(`${ORIGIN}/positions/42`);
  expect(navigate).toHaveBeenCalledWith(`${ORIGIN}/positions/42`);
});
