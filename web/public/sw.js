// The service worker: it shows what the server pushes to this browser, and opens the page that belongs to it. It keeps
// no files: what is on screen always comes from the server.

const ANSWER_MS = 700;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

/** An address of this site, whatever the message says. */
const addressOf = (path) => {
  const url = new URL(typeof path === 'string' ? path : '/', self.location.origin);
  return url.origin === self.location.origin ? url.href : `${self.location.origin}/`;
};

const messageOf = (data) => {
  try {
    return data?.json() ?? {};
  } catch {
    return {};
  }
};

self.addEventListener('push', (event) => {
  const { title, text, tag, path } = messageOf(event.data);
  event.waitUntil(
    self.registration.showNotification(title || 'mvcashnode', {
      body: text,
      // A repetition replaces the first one.
      tag,
      icon: '/icon-192.png',
      data: { url: addressOf(path) },
    }),
  );
});

/** Asks a window to show the address by itself. False = it does not answer: it is signed out, or being loaded. */
const showIn = (client, url) =>
  new Promise((resolve) => {
    const channel = new MessageChannel();
    channel.port1.addEventListener('message', () => resolve(true));
    channel.port1.start();
    setTimeout(() => resolve(false), ANSWER_MS);
    client.postMessage({ type: 'open', url }, [channel.port2]);
  });

async function open(url) {
  const windows = await self.clients.matchAll({ type: 'window' });
  const client = windows.find(({ visibilityState }) => visibilityState === 'visible') ?? windows[0];
  if (!client) return self.clients.openWindow(url);
  await client.focus().catch(() => undefined);
  return (await showIn(client, url)) ? undefined : client.navigate(url);
}

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? addressOf('/')));
});
