import webPushLibrary from 'web-push';
import { notSetUp, type ChannelPort } from './channel-port.js';
import type { ChannelConfig } from './channel-config.js';
import { judgeStatus, outcomeOf } from './send-http.js';

/** A push service keeps a message for a browser that is away for a day. */
const TTL_SEC = 86_400;
const TEXT_MAX = 2_000;

/**
 * A browser, through the push service of its vendor (RFC 8030, encrypted by RFC 8291, signed by VAPID). The topic makes
 * the service replace a message that it still has, and the tag makes the browser show a repetition in place.
 */
export const webPush: ChannelPort<ChannelConfig<'WEB_PUSH'>> = {
  send({ endpoint, p256dh, auth }, { id, title, text, type, path = '/' }, { env, servers, signal }) {
    const { vapid } = servers;
    if (!vapid) return Promise.resolve(notSetUp('web push'));
    const details = webPushLibrary.generateRequestDetails(
      { endpoint, keys: { p256dh, auth } },
      JSON.stringify({ title, text: text.slice(0, TEXT_MAX), type, tag: id, path }),
      {
        vapidDetails: {
          // A push service may write to the operator there.
          subject: env.PUBLIC_URL.startsWith('https:') ? env.PUBLIC_URL : 'mailto:mvcashnode@example.com',
          ...vapid,
        },
        ...{ TTL: TTL_SEC, topic: id.replaceAll('-', '').slice(0, 32), contentEncoding: 'aes128gcm', urgency: 'high' },
      },
    );
    return outcomeOf(
      {
        url: details.endpoint,
        headers: Object.fromEntries(Object.entries(details.headers).map(([name, value]) => [name, String(value)])),
        body: details.body ?? Buffer.alloc(0),
        ...{ isFromUser: true, allowPrivate: env.NOTIFY_ALLOW_PRIVATE, signal },
      },
      // A subscription that is not known any more is gone for good.
      (answer) => judgeStatus(answer.status === 404 ? { ...answer, status: 410 } : answer),
    );
  },
};
