import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromBase32, hotp, matchTotp, otpauthUri, toBase32, totpStep } from './totp.js';

const KEY = new TextEncoder().encode('12345678901234567890');

describe('the vectors of the RFCs', () => {
  it.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('RFC 6238, appendix B: second %i is %s', (second, code) => {
    expect(hotp(KEY, totpStep(second * 1_000), 8)).toBe(code);
  });

  it('RFC 4226, appendix D', () => {
    const codes = ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'];
    expect(codes.map((_, counter) => hotp(KEY, counter))).toEqual(codes);
  });

  it('RFC 4648, section 10', () => {
    const pairs = { f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' };
    for (const [text, encoded] of Object.entries(pairs)) {
      expect(toBase32(new TextEncoder().encode(text))).toBe(encoded);
      expect(new TextDecoder().decode(fromBase32(encoded))).toBe(text);
    }
  });
});

it('base 32 gives back every key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (key) => {
      expect([...fromBase32(toBase32(key))]).toEqual([...key]);
    }),
  );
});

it('a code counts for its step and one around it, and never again after it was accepted', () => {
  const steps = fc.integer({ min: 1_000, max: 100_000_000 });
  fc.assert(
    fc.property(steps, fc.integer({ min: -3, max: 3 }), (step, away) => {
      const nowMs = (step + away) * 30_000 + 12_345;
      const match = matchTotp(KEY, hotp(KEY, step), { nowMs, lastStep: null });
      if (Math.abs(away) <= 1) expect(match).not.toBeNull();
      if (match === null) return;
      expect(matchTotp(KEY, hotp(KEY, match), { nowMs, lastStep: match })).not.toBe(match);
    }),
  );
  const nowMs = 1_000 * 30_000;
  expect(matchTotp(KEY, hotp(KEY, 1_000), { nowMs, lastStep: 1_000 })).toBeNull();
  expect(matchTotp(KEY, hotp(KEY, 999), { nowMs, lastStep: 1_000 })).toBeNull();
  for (const code of ['', '12345', '1234567', '12345a', '１２３４５６'])
    expect(matchTotp(KEY, code, { nowMs, lastStep: null })).toBeNull();
});

it('the address of a QR code names the installation and the user', () => {
  expect(otpauthUri({ issuer: 'mvcashnode', account: 'a b@x.y', secret: 'MY' })).toBe(
    'otpauth://totp/mvcashnode:a%20b%40x.y?secret=MY&issuer=mvcashnode&algorithm=SHA1&digits=6&period=30',
  );
});
