import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signStandard, verifySignature } from './verify-signature.js';

// Published vectors: the test suites of Standard Webhooks and GitHub's documentation of its webhooks.
const standard = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  timestamp: '1614265330',
  body: '{"test": 2432232314}',
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
};
const github = {
  secret: "It's a Secret to Everybody",
  body: 'Hello, World!',
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
};
const nowMs = Number(standard.timestamp) * 1000;

const check = (headers: Record<string, string>, body: string | Buffer, secret: string, at = nowMs) =>
  verifySignature({ headers, rawBody: Buffer.from(body), secret, nowMs: at })?.code ?? 'OK';
const checkStandard = (changes: Record<string, string | undefined>, at = nowMs, body = standard.body) => {
  const headers = {
    'webhook-id': standard.id,
    'webhook-timestamp': standard.timestamp,
    'webhook-signature': standard.signature,
  };
  const merged = Object.entries({ ...headers, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return check(Object.fromEntries(merged), body, standard.secret, at);
};

describe('Standard Webhooks', () => {
  it('accepts the published vector', () => {
    expect(checkStandard({})).toBe('OK');
  });
  it('accepts the right one of several signatures and ignores other versions', () => {
    const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=';
    const other = standard.signature.replace('v1', 'v2');
    expect(checkStandard({ 'webhook-signature': `${wrong} ${other} ${standard.signature}` })).toBe('OK');
    expect(checkStandard({ 'webhook-signature': `${wrong} ${other}` })).toBe('SIGNATURE_INVALID');
  });
  it('accepts a secret without its prefix', () => {
    const headers = {
      'webhook-id': standard.id,
      'webhook-timestamp': standard.timestamp,
      'webhook-signature': standard.signature,
    };
    expect(check(headers, standard.body, standard.secret.slice('whsec_'.length))).toBe('OK');
  });
  it.each([-300_000, -299_999, 0, 300_000, 300_999])('accepts a clock that differs by %i ms', (ms) => {
    expect(checkStandard({}, nowMs + ms)).toBe('OK');
  });
  it.each([-301_000, -300_001, 301_000])('refuses a clock that differs by %i ms', (ms) => {
    expect(checkStandard({}, nowMs + ms)).toBe('SIGNATURE_EXPIRED');
  });
  it.each([
    [{ 'webhook-id': undefined }, 'SIGNATURE_MISSING'],
    [{ 'webhook-id': '' }, 'SIGNATURE_MISSING'],
    [{ 'webhook-timestamp': undefined }, 'SIGNATURE_MISSING'],
    [{ 'webhook-signature': undefined }, 'SIGNATURE_MISSING'],
    [{ 'webhook-timestamp': 'hello' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-timestamp': '1614265330.5' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-timestamp': '-1614265330' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-timestamp': '1614265331' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-id': 'msg_another' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-signature': '' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-signature': 'v1,' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-signature': 'v1,AAAA' }, 'SIGNATURE_INVALID'],
    [{ 'webhook-signature': standard.signature.slice(0, 8) }, 'SIGNATURE_INVALID'],
    [{ 'webhook-signature': standard.signature.slice(3) }, 'SIGNATURE_INVALID'],
    [{ 'webhook-signature': standard.signature.replace('v1', 'v1a') }, 'SIGNATURE_INVALID'],
  ] as [Record<string, string | undefined>, string][])('with %j answers %s', (changes, code) => {
    expect(checkStandard(changes)).toBe(code);
  });
  it('refuses any other body', () => {
    fc.assert(
      fc.property(fc.nat(standard.body.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bytes = Buffer.from(standard.body);
        bytes[at] = (bytes[at] ?? 0) ^ flip;
        const headers = {
          'webhook-id': standard.id,
          'webhook-timestamp': standard.timestamp,
          'webhook-signature': standard.signature,
        };
        expect(check(headers, bytes, standard.secret)).toBe('SIGNATURE_INVALID');
      }),
    );
  });
  it('does not fall back to another header when it fails', () => {
    const right = createHmac('sha256', standard.secret).update(standard.body).digest('hex');
    expect(checkStandard({ 'webhook-signature': 'v1,AAAA', 'x-signature': right })).toBe('SIGNATURE_INVALID');
  });
  it('signs what it accepts, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (rawBody) => {
        const bytes = signStandard({ ...standard, rawBody });
        const headers = {
          'webhook-id': standard.id,
          'webhook-timestamp': standard.timestamp,
          'webhook-signature': `v1,${bytes.toString('base64')}`,
        };
        expect(verifySignature({ headers, rawBody, secret: standard.secret, nowMs })).toBeNull();
      }),
    );
  });
});

describe.each(['x-signature', 'x-hub-signature-256'])('%s', (name) => {
  it('accepts the published vector, with and without prefix, in either case', () => {
    for (const value of [
      github.signature,
      github.signature.slice(7),
      github.signature.toUpperCase().replace('SHA256', 'sha256'),
    ]) {
      expect(check({ [name]: value }, github.body, github.secret)).toBe('OK');
    }
  });
  it.each([
    '',
    'sha256=',
    'sha256=00',
    'sha1=757107ea',
    `${github.signature}0`,
    `${github.signature}, ${github.signature}`,
    'é'.repeat(64),
    github.signature.replace('75', '57'),
  ])('refuses "%s"', (value) => {
    expect(check({ [name]: value }, github.body, github.secret)).toBe('SIGNATURE_INVALID');
  });
  it('refuses every flip of one byte of the body', () => {
    for (let at = 0; at < github.body.length; at++) {
      const bytes = Buffer.from(github.body);
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      expect(check({ [name]: github.signature }, bytes, github.secret)).toBe('SIGNATURE_INVALID');
    }
  });
  it('refuses another secret', () => {
    expect(check({ [name]: github.signature }, github.body, `${github.secret} `)).toBe('SIGNATURE_INVALID');
  });
});

it('asks for a signature when there is none', () => {
  expect(check({}, github.body, github.secret)).toBe('SIGNATURE_MISSING');
});
