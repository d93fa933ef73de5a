import type { SignalReading } from './read-signal.js';

/**
 * How a repeated signal is recognized. `uid` is final. `counted` becomes a uid together with the newest receipt of the
 * same prefix (`countedUid`): if that is younger than the window, this is a repeat, else the next occurrence.
 */
export type SignalIdentity =
  { kind: 'uid'; uid: string } | { kind: 'counted'; prefix: string; windowSec: number; by: 'body' | 'id' | 'unread' };

/** For this long the same id, symbol and action are one signal, when the payload has no time. */
export const NAMED_WINDOW_SEC = 86_400;

/**
 * The identity of a signal. The first that applies: the Standard Webhooks id alone; an id in the payload with symbol,
 * action and the payload's time, or counted within a day without a time; symbol, action and the payload's time; the
 * body within the source's window. It uses no clock. An unreadable signal is identified by its body alone, in a row of
 * its own: it uses up no id, so a corrected signal with the same id trades.
 *
 * `messageId` is a Standard Webhooks id that may be trusted. `bodyHash` is the SHA-256 (hex) of the raw body; `sha256`
 * hashes text to hex.
 */
export function eventIdentity(input: {
  reading: Pick<SignalReading, 'explicitId' | 'time' | 'symbol' | 'action'>;
  messageId: string | null;
  bodyHash: string;
  windowSec: number;
  sha256: (text: string) => string;
}): SignalIdentity {
  const { reading, messageId, bodyHash, windowSec, sha256 } = input;
  const { explicitId, time, symbol, action } = reading;
  if (action === 'UNKNOWN' || symbol === null) {
    return { kind: 'counted', prefix: `unread:${bodyHash}:`, windowSec, by: 'unread' };
  }
  if (messageId) return { kind: 'uid', uid: externalUid(messageId, sha256) };
  if (explicitId !== null) {
    // A list as text separates its parts: no id can imitate another id with a symbol.
    const named = sha256(JSON.stringify([explicitId, symbol, action]));
    if (time !== null) return { kind: 'uid', uid: `id:${named}@${time}` };
    return { kind: 'counted', prefix: `id:${named}:`, windowSec: NAMED_WINDOW_SEC, by: 'id' };
  }
  if (time !== null) return { kind: 'uid', uid: `signal:${symbol}:${action}@${time}` };
  return { kind: 'counted', prefix: `hash:${bodyHash}:`, windowSec, by: 'body' };
}

const UID_MAX = 191; // webhook_events.event_uid
/** The prefixes of the uids made here. A sender's id with such a prefix is hashed, so that it cannot imitate one. */
const OWN_FORMS = /^(?:hash|sha256|id|unread|signal):/i;

/** A sender's id in a form that fits the column: unchanged when it is short printable ASCII, otherwise hashed. */
const externalUid = (id: string, sha256: (text: string) => string): string =>
  id.length <= UID_MAX && /^[\x21-\x7e]+$/.test(id) && !OWN_FORMS.test(id) ? id : `sha256:${sha256(id)}`;

/**
 * The uid of a counted signal: the prefix and a number. `newest` is the newest accepted receipt of the same source and
 * prefix: if it is younger than the window, this is the same signal, else occurrence n + 1. Two simultaneous first
 * signals compute the same uid, and the unique key makes one of them the repeat.
 */
export function countedUid(
  { prefix, windowSec }: { prefix: string; windowSec: number },
  newest: { uid: string; receivedAtMs: number } | null,
  receivedAtMs: number,
): string {
  if (!newest?.uid.startsWith(prefix)) return `${prefix}1`;
  if (receivedAtMs - newest.receivedAtMs < windowSec * 1000) return newest.uid;
  return `${prefix}${Number(newest.uid.slice(prefix.length)) + 1}`;
}
