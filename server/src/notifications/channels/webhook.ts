import { signStandard } from '../../webhooks/ingest/verify-signature.js';
import type { ChannelConfig } from './channel-config.js';
import type { ChannelPort } from './channel-port.js';
import { judgeStatus, outcomeOf } from './send-http.js';

/**
 * The headers of Standard Webhooks (standardwebhooks.com). After a rotation, both secrets sign until the old one ends.
 * The id is the same for every attempt, so that a receiver can tell a repetition.
 */
export function signedHeaders(
  { secret, oldSecret, oldSecretUntil }: Pick<ChannelConfig<'WEBHOOK'>, 'secret' | 'oldSecret' | 'oldSecretUntil'>,
  { messageId, body, now }: { messageId: string; body: string; now: number },
): Record<string, string> {
  const [id, timestamp] = [`msg_${messageId.replaceAll('-', '')}`, String(Math.floor(now / 1_000))];
  const isOldValid = oldSecret !== null && oldSecretUntil !== null && now < oldSecretUntil;
  const secrets = [secret, ...(isOldValid ? [oldSecret] : [])];
  const signatures = secrets.map(
    (one) => `v1,${signStandard({ id, timestamp, rawBody: Buffer.from(body), secret: one }).toString('base64')}`,
  );
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}

/** A signed POST. Every answer but 2xx and 410 is tried again: the receiver may be in the middle of an update. */
export const webhook: ChannelPort<ChannelConfig<'WEBHOOK'>> = {
  async send(config, { id, payload }, { env, now, signal }) {
    const body = payload ?? '';
    const outcome = await outcomeOf(
      {
        url: config.url,
        headers: signedHeaders(config, { messageId: id, body, now }),
        body,
        ...{ isFromUser: true, allowPrivate: env.NOTIFY_ALLOW_PRIVATE, signal },
      },
      judgeStatus,
    );
    return outcome.kind === 'REFUSED' && outcome.fault !== 'GONE' ? { ...outcome, fault: 'MOMENT' } : outcome;
  },
};
