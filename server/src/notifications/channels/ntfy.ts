import type { ChannelConfig } from './channel-config.js';
import type { ChannelPort } from './channel-port.js';
import { judgeStatus, outcomeOf } from './send-http.js';

/**
 * A topic of an ntfy server, published as JSON. `sequence_id` makes a repeated message replace the first one (ntfy 2.16
 * and newer; older servers ignore it).
 */
export const ntfy: ChannelPort<ChannelConfig<'NTFY'>> = {
  send: ({ url, topic, token }, { id, title, text }, { env, signal }) =>
    outcomeOf(
      {
        url,
        headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
        body: JSON.stringify({ topic, title, message: text, sequence_id: id.replaceAll('-', '') }),
        ...{ isFromUser: true, allowPrivate: env.NOTIFY_ALLOW_PRIVATE, signal },
      },
      judgeStatus,
    ),
};
