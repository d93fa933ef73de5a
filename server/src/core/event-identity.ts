import type { SignalReading } from './read-signal.js';

/** How a signal is known again. `hash` needs the newest receipt of the same body to become a uid (`hashUid`). */
export type SignalIdentity = { kind: 'uid'; uid: string } | { kind: 'hash'; bodyHash: string };

const UID_MAX = 191; // webhook_events.event_uid

/**
 * The identity of a signal, in this order: an id in the payload (`order_id` only with a time), the Standard Webhooks
 * id, symbol + action + the payload's own time, the hash of the body. No clock enters it.
 *
 * `bodyHash` is the SHA-256 (hex) of the raw body; `sha256` hashes text to hex and is used for ids that do not fit.
 */
export function eventIdentity(input: {
  reading: Pick<SignalReading, 'explicitId' | 'time' | 'symbol' | 'action'>;
  messageId: string | null;
  bodyHash: string;
  sha256: (text: string) => string;
}): SignalIdentity {
  const { reading, messageId, bodyHash, sha256 } = input;
  const given = (id: string): SignalIdentity => ({
    kind: 'uid',
    uid: OWN_FORMS.test(id) ? `sha256:${sha256(id)}` : fitUid(id, sha256),
  });
  const made = (uid: string): SignalIdentity => ({ kind: 'uid', uid: fitUid(uid, sha256) });
  const { explicitId, time } = reading;
  if (explicitId && !explicitId.needsTime) return given(explicitId.value);
  if (explicitId && time !== null) return made(`order:${explicitId.value}@${time}`);
  if (messageId) return given(messageId);
  if (reading.symbol && time !== null && reading.action !== 'UNKNOWN') {
    return made(`signal:${reading.symbol}:${reading.action}@${time}`);
  }
  return { kind: 'hash', bodyHash };
}

/** What the uids made here start with; a sender's id that looks like one is hashed, so that it cannot be taken for it. */
const OWN_FORMS = /^(?:hash|sha256|order|signal):/i;

/** An id as the column can hold it: as it is when it is short printable ASCII, otherwise hashed. */
const fitUid = (uid: string, sha256: (text: string) => string): string =>
  uid.length <= UID_MAX && /^[\x21-\x7e]+$/.test(uid) ? uid : `sha256:${sha256(uid)}`;

/**
 * The uid of a signal known only by its body: `hash:<sha256>:<n>`. `newest` is the newest accepted receipt of the same
 * source and body: younger than the window it is the same signal, else this is occurrence n + 1. Two first ones
 * that race compute the same uid, and the unique key makes one of them the repeat.
 */
export function hashUid(
  bodyHash: string,
  newest: { uid: string; receivedAtMs: number } | null,
  receivedAtMs: number,
  windowSec: number,
): string {
  if (!newest) return `hash:${bodyHash}:1`;
  if (receivedAtMs - newest.receivedAtMs < windowSec * 1000) return newest.uid;
  const ordinal = Number(newest.uid.slice(newest.uid.lastIndexOf(':') + 1));
  return `hash:${bodyHash}:${ordinal + 1}`;
}
