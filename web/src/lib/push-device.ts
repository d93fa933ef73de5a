import type { ApolloClient } from '@apollo/client';
import { SubscribeWebPushDocument, UnsubscribeWebPushDocument, WebPushKeyDocument } from '../gql/generated';
import { browserName } from './browser-name';

/**
 * Whether this browser can be told by web push. `insecure`: browsers allow it on HTTPS and localhost only. `install`: on
 * iOS only a page that was added to the home screen can. `denied`: the person, or the browser, said no.
 */
export type PushSupport = 'unsupported' | 'insecure' | 'install' | 'denied' | 'possible';

/** What this browser remembers: its channel, and the address that was sent with it. */
interface Remembered {
  channelId: string;
  endpoint: string;
}

const KEY = 'mvcashnode.push';

export function pushSupport(): PushSupport {
  if (!isSecureContext) return 'insecure';
  if (!('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window))
    return /iPhone|iPad/.test(navigator.userAgent) ? 'install' : 'unsupported';
  return Notification.permission === 'denied' ? 'denied' : 'possible';
}

function remembered(): Remembered | undefined {
  try {
    const { channelId, endpoint } = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Remembered>;
    return channelId && endpoint ? { channelId, endpoint } : undefined;
  } catch {
    return undefined;
  }
}

const currentSubscription = async (): Promise<PushSubscription | null> =>
  (await (await navigator.serviceWorker.getRegistration('/'))?.pushManager.getSubscription()) ?? null;

/** The channel of this browser, while its subscription exists. Whether the server still has it, the list of channels says. */
export async function channelOfDevice(): Promise<string | undefined> {
  if (pushSupport() !== 'possible' || Notification.permission !== 'granted') return undefined;
  const known = remembered();
  return known && (await currentSubscription())?.endpoint === known.endpoint ? known.channelId : undefined;
}

/** The server gave no key yet: it makes them when it starts. */
export class NoPushKeyError extends Error {}
/** The person did not allow it. */
export class PushDeniedError extends Error {}

/** Asks for the permission and makes this browser a channel. An earlier subscription ends: it may be of another user. */
export async function turnOnDevice(client: ApolloClient): Promise<string> {
  if ((await Notification.requestPermission()) !== 'granted') throw new PushDeniedError();
  const registration = await navigator.serviceWorker.register('/sw.js');
  await (await registration.pushManager.getSubscription())?.unsubscribe();
  await navigator.serviceWorker.ready;
  return subscribe(client, registration);
}

async function subscribe(client: ApolloClient, registration: ServiceWorkerRegistration): Promise<string> {
  const { data } = await client.query({ query: WebPushKeyDocument, fetchPolicy: 'no-cache' });
  if (!data?.webPushKey) throw new NoPushKeyError();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(data.webPushKey),
  });
  const { endpoint, keys: { p256dh = '', auth = '' } = {} } = subscription.toJSON();
  const input = { label: browserName(navigator.userAgent), endpoint: endpoint ?? '', p256dh, auth };
  try {
    const answer = await client.mutate({ mutation: SubscribeWebPushDocument, variables: { input } });
    const channelId = answer.data?.subscribeWebPush.channel.id ?? '';
    localStorage.setItem(KEY, JSON.stringify({ channelId, endpoint: input.endpoint } satisfies Remembered));
    return channelId;
  } catch (error) {
    // Nobody would push to it.
    await subscription.unsubscribe();
    throw error;
  }
}

/** Base64url, as VAPID keys are written, as bytes. */
function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** Ends the subscription of this browser, here and on the server. Does nothing without one. */
export async function turnOffDevice(client: ApolloClient): Promise<void> {
  const known = remembered();
  localStorage.removeItem(KEY);
  const subscription = 'serviceWorker' in navigator ? await currentSubscription() : null;
  const endpoint = subscription?.endpoint ?? known?.endpoint;
  await subscription?.unsubscribe();
  if (endpoint && known)
    await client.mutate({ mutation: UnsubscribeWebPushDocument, variables: { input: { endpoint } } });
}

/** Browsers replace subscriptions by themselves, and the old address is dead then: the server gets the new one. */
export async function keepDevice(client: ApolloClient): Promise<void> {
  const known = remembered();
  if (!known || pushSupport() !== 'possible' || Notification.permission !== 'granted') return;
  const registration = await navigator.serviceWorker.register('/sw.js');
  const subscription = await registration.pushManager.getSubscription();
  if (subscription?.endpoint === known.endpoint) return;
  await client.mutate({ mutation: UnsubscribeWebPushDocument, variables: { input: { endpoint: known.endpoint } } });
  await navigator.serviceWorker.ready;
  await subscribe(client, registration);
}
