import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdentity, hashUid } from './event-identity.js';
import { readSignal } from './read-signal.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const identify = (payload: unknown, messageId: string | null = null) => {
  const text = JSON.stringify(payload);
  const identity = eventIdentity({ reading: readSignal({ text }), messageId, bodyHash: sha256(text), sha256 });
  return identity.kind === 'uid' ? identity.uid : identity.kind;
};
const signal = { ticker: 'SOLUSDT', action: 'buy' };

describe('the identity of a signal', () => {
  it.each(['id', 'event_id', 'uid', 'alert_id'])("is the sender's own %s", (key) => {
    expect(identify({ ...signal, [key]: 'A-17' })).toBe('A-17');
    expect(identify({ ...signal, [key]: 17 }, 'msg_1')).toBe('17');
  });
  it('is the order_id only together with a time', () => {
    expect(identify({ ...signal, order_id: 'Long' })).toBe('hash');
    expect(identify({ ...signal, order_id: 'Long', time: 1_764_000_000 })).toBe('order:Long@1764000000000');
  });
  it('is the Standard Webhooks id when the payload has none', () => {
    expect(identify(signal, 'msg_p5jX')).toBe('msg_p5jX');
  });
  it.each(['timenow', 'time', 'timestamp'])('is symbol, action and %s otherwise', (key) => {
    expect(identify({ ...signal, [key]: '2026-11-24T12:00:00Z' })).toBe('signal:SOL/USDT:BUY_SIGNAL@1795521600000');
  });
  it('does not take the id of a strategy or an alert for the id of a signal', () => {
    expect(identify({ ...signal, strategy: { id: 'ema' }, alert: { id: 7 } })).toBe('hash');
  });
  it('is the body when nothing else tells', () => {
    expect(identify(signal)).toBe('hash');
    expect(identify({ text: 'hello', time: 1_764_000_000 })).toBe('hash');
  });
  it('fits the column whatever the sender calls it, and different ids stay different', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }),
        fc.string({ minLength: 1 }),
        (a, b) => {
          const [first, second] = [a.trim(), b.trim()];
          fc.pre(first !== '' && second !== '' && first !== second);
          const uid = identify({ ...signal, id: first });
          expect(uid).toMatch(/^[\x21-\x7e]{1,191}$/);
          expect(identify({ ...signal, id: second })).not.toBe(uid);
        },
      ),
    );
  });
  it('keeps a sender from naming an id that is made here', () => {
    expect(identify({ ...signal, id: 'hash:abc:1' })).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('the uid of a body', () => {
  const newest = { uid: 'hash:ab:3', receivedAtMs: 1_000_000 };
  it('starts with the first occurrence', () => {
    expect(hashUid('ab', null, 1_000_000, 30)).toBe('hash:ab:1');
  });
  it('is the same one just inside the window and the next one at its end', () => {
    expect(hashUid('ab', newest, 1_000_000 + 29_999, 30)).toBe('hash:ab:3');
    expect(hashUid('ab', newest, 1_000_000 + 30_000, 30)).toBe('hash:ab:4');
  });
  it('is the same one when clocks of two processes disagree', () => {
    expect(hashUid('ab', newest, 999_990, 30)).toBe('hash:ab:3');
  });
});
