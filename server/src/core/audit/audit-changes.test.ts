import fc from 'fast-check';
import { expect, it } from 'vitest';
import { changedValues, maskSecrets } from './audit-changes.js';
import { canonicalJson } from './audit-chain.js';

it('secrets are masked at any depth, and what only sounds like one is kept', () => {
  const input = {
    ...{ label: 'Main', password: 'p', initialPassword: 'p', apiKeyHint: 'x', tokenId: '7', code: '123456' },
    keys: [{ apiKey: 'p', api_secret: 'p', passphrase: 'p', proxyUrl: 'p', bodyToken: 'p', password: null }],
  };
  const masked = maskSecrets({ ...input, must_change_password: 1, has_body_token: 0, api_key_hint: 'abcd' });
  expect(masked).toEqual({
    ...{ label: 'Main', password: '***', initialPassword: '***', apiKeyHint: '***', tokenId: '7', code: '***' },
    keys: [{ apiKey: '***', api_secret: '***', passphrase: '***', proxyUrl: '***', bodyToken: '***', password: null }],
    ...{ must_change_password: 1, has_body_token: 0, api_key_hint: 'abcd' },
  });
});

it('what is masked is JSON that a database gives back unchanged', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const text = JSON.stringify(maskSecrets(value));
      expect(canonicalJson(JSON.parse(text))).toBe(canonicalJson(maskSecrets(value)));
      expect(text).not.toMatch(/[\ud800-\udfff](?![\udc00-\udfff])/u);
    }),
  );
});

it('an entry keeps the values that changed, and all of a row that was created', () => {
  const before = { name: 'a', is_active: 1, pct: null };
  expect(changedValues(before, { ...before, name: 'b', pct: '2' })).toEqual({
    ...{ before: { name: 'a', pct: null }, after: { name: 'b', pct: '2' } },
  });
  expect(changedValues(null, before)).toEqual({ after: before });
  expect(changedValues(before, null)).toEqual({ before });
  expect(changedValues(before, before)).toEqual({});
});
