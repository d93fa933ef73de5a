import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createSecrets } from './secrets.js';

const key = (id: string) => ({ id, key: randomBytes(32) });
const place = 'webhook_sources.signing_secret_enc:7';

it('opens what it sealed, any text at any place', () => {
  const secrets = createSecrets([key('a')]);
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string(), (plain, where) => {
      expect(secrets.open(secrets.seal(plain, where), where)).toBe(Buffer.from(plain).toString());
    }),
  );
});

it('never seals the same text the same way, and hides it', () => {
  const secrets = createSecrets([key('a')]);
  const [one, two] = [secrets.seal('canary', place), secrets.seal('canary', place)];
  expect(one).not.toBe(two);
  expect(one).toMatch(/^v1\.a\.[\w-]{16}\.[\w-]{22}\.[\w-]+$/);
  expect(one).not.toContain(Buffer.from('canary').toString('base64url'));
});

it('refuses a secret that was moved to another row', () => {
  const secrets = createSecrets([key('a')]);
  expect(() => secrets.open(secrets.seal('canary', place), 'webhook_sources.signing_secret_enc:8')).toThrow(
    'changed or moved',
  );
});

it('refuses a flip of any single bit of nonce, tag and text', () => {
  const secrets = createSecrets([key('a')]);
  const parts = secrets.seal('canary', place).split('.');
  for (const index of [2, 3, 4]) {
    const bytes = Buffer.from(parts[index] ?? '', 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const sealed = parts.with(index, changed.toString('base64url')).join('.');
      expect(() => secrets.open(sealed, place)).toThrow('changed or moved');
    }
  }
});

it('refuses a shortened tag and anything that is no envelope', () => {
  const secrets = createSecrets([key('a')]);
  const parts = secrets.seal('canary', place).split('.');
  const shortTag = Buffer.from(parts[3] ?? '', 'base64url')
    .subarray(0, 4)
    .toString('base64url');
  expect(() => secrets.open(parts.with(3, shortTag).join('.'), place)).toThrow('changed or moved');
  for (const junk of ['', 'canary', 'v1.a', 'v2.a.b.c.d', 'v1.a.b.c.d.e']) {
    expect(() => secrets.open(junk, place)).toThrow('not a v1 envelope');
  }
});

it('opens with an old key after rotation, seals with the new one, and names a missing key', () => {
  const [old, fresh] = [key('2025'), key('2026')];
  const sealed = createSecrets([old]).seal('canary', place);
  const both = createSecrets([fresh, old]);
  expect(both.open(sealed, place)).toBe('canary');
  expect(both.seal('canary', place)).toMatch(/^v1\.2026\./);
  expect(() => createSecrets([fresh]).open(sealed, place)).toThrow('"2025", which is not configured');
});

it('refuses keys of the wrong length, invalid ids, duplicates and an empty list', () => {
  expect(() => createSecrets([])).toThrow('at least one');
  expect(() => createSecrets([{ id: 'a', key: randomBytes(16) }])).toThrow('16 bytes');
  expect(() => createSecrets([key('a.b')])).toThrow('not a key id');
  expect(() => createSecrets([key('a'), key('a')])).toThrow('twice');
});
