import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countedUid, eventIdentity, NAMED_WINDOW_SEC } from './event-identity.js';
import { readSignal } from './read-signal.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const identify = (payload: unknown, messageId: string | null = null) => {
  const text = JSON.stringify(payload);
  return eventIdentity({ reading: readSignal({ text }), messageId, bodyHash: sha256(text), windowSec: 30, sha256 });
};
const uidOf = (payload: unknown, messageId: string | null = null) => {
  const identity = identify(payload, messageId);
  return identity.kind === 'uid' ? identity.uid : identity.prefix;
};
const signal = { ticker: 'SOLUSDT', action: 'buy' };
const time = '2026-11-24T12:00:00Z';

describe('the identity of a signal', () => {
  it('is the Standard Webhooks id alone, whatever the payload says', () => {
    expect(uidOf({ ...signal, id: 'A-17', time }, 'msg_p5jX')).toBe('msg_p5jX');
  });
  it.each(['id', 'event_id', 'uid', 'alert_id', 'order_id', 'orderId'])(
    'is the %s of the payload together with symbol, action and time',
    (key) => {
      const first = uidOf({ ...signal, [key]: 'Long', time });
      expect(first).toMatch(/^id:[0-9a-f]{64}@1795521600000$/);
      expect(uidOf({ time, [key]: 'Long', action: 'buy', ticker: 'SOL/USDT' })).toBe(first);
      expect(uidOf({ ...signal, [key]: 'Long', time: '2026-11-24T12:01:00Z' })).not.toBe(first);
      expect(uidOf({ ...signal, [key]: 'Long', action: 'sell', time })).not.toBe(first);
      expect(uidOf({ ...signal, [key]: 'Long', ticker: 'ETHUSDT', time })).not.toBe(first);
      expect(uidOf({ ...signal, [key]: 'Short', time })).not.toBe(first);
    },
  );
  it('is counted within a day for an id without a time', () => {
    expect(identify({ ...signal, id: 'Long' })).toMatchObject({
      kind: 'counted',
      by: 'id',
      windowSec: NAMED_WINDOW_SEC,
    });
    expect(uidOf({ ...signal, id: 'Long' })).not.toBe(uidOf({ ...signal, id: 'Long', action: 'sell' }));
    expect(uidOf({ ...signal, id: 'Long' })).toBe(uidOf({ ...signal, id: 'Long', price: 7 }));
  });
  it.each(['timenow', 'time', 'timestamp'])('is symbol, action and %s without an id', (key) => {
    expect(uidOf({ ...signal, [key]: time })).toBe('signal:SOL/USDT:BUY_SIGNAL@1795521600000');
  });
  it('does not take the id of a strategy or an alert for the id of a signal', () => {
    expect(identify({ ...signal, strategy: { id: 'ema' }, alert: { id: 7 } })).toMatchObject({
      by: 'body',
      windowSec: 30,
    });
  });
  it('is the body, in a separate row, for an unreadable signal, so that a corrected signal trades', () => {
    const unread = { ...signal, action: 'hold', id: 'A-17', time };
    expect(identify(unread)).toMatchObject({ kind: 'counted', by: 'unread', windowSec: 30 });
    expect(identify(unread, 'msg_1')).toMatchObject({ kind: 'counted', by: 'unread' });
    expect(uidOf({ ...signal, id: 'A-17', time })).toMatch(/^id:/);
  });
  it('fits the column for any id of a sender, and different ids stay different', () => {
    const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 400 }).map((text) => text.trim());
    const usable = id.filter((text) => text !== '' && !/^(?:null|none|\{\{.*)$/i.test(text));
    fc.assert(
      fc.property(usable, usable, (first, second) => {
        fc.pre(first !== second);
        const uid = uidOf({ ...signal, id: first, time });
        expect(uid).toMatch(/^[\x21-\x7e]{1,191}$/);
        expect(uidOf(signal, first)).toMatch(/^[\x21-\x7e]{1,191}$/);
        expect(uidOf({ ...signal, id: second, time })).not.toBe(uid);
      }),
    );
  });
  it('does not let a sender choose a uid in our own format', () => {
    expect(uidOf(signal, 'hash:abc:1')).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(uidOf(signal, 'id:abc:1')).toMatch(/^sha256:[0-9a-f]{64}$/);
  });
});

describe('the uid of a counted signal', () => {
  const row = { prefix: 'hash:ab:', windowSec: 30 };
  const newest = { uid: 'hash:ab:3', receivedAtMs: 1_000_000 };
  it('starts with the first occurrence', () => {
    expect(countedUid(row, null, 1_000_000)).toBe('hash:ab:1');
    expect(countedUid(row, { ...newest, uid: 'unread:ab:3' }, 1_000_000)).toBe('hash:ab:1');
  });
  it('is the same one just inside the window and the next one at its end', () => {
    expect(countedUid(row, newest, 1_000_000 + 29_999)).toBe('hash:ab:3');
    expect(countedUid(row, newest, 1_000_000 + 30_000)).toBe('hash:ab:4');
  });
  it('is the same one when clocks of two processes disagree', () => {
    expect(countedUid(row, newest, 999_990)).toBe('hash:ab:3');
  });
});
