import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { clientOrderId } from './client-order-id.js';

const sha256 = (text: string) => createHash('sha256').update(text).digest();

it('an id is 18 letters and digits beginning with x, and the same each time', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), fc.nat(), (salt, jobId, attempt) => {
      const id = clientOrderId(sha256, { salt, jobId, attempt });
      expect(id).toMatch(/^x[0-9A-Za-z]{17}$/);
      expect(clientOrderId(sha256, { salt, jobId, attempt })).toBe(id);
    }),
    { numRuns: 500 },
  );
});

it('each job, attempt and salt gives a different id', () => {
  const ids = new Set<string>();
  for (const salt of ['a', 'b']) {
    for (let jobId = 1; jobId <= 10_000; jobId++) {
      for (const attempt of [1, 2, 3]) ids.add(clientOrderId(sha256, { salt, jobId, attempt }));
    }
  }
  expect(ids.size).toBe(60_000);
});

it('a hash that is too short is a bug of the caller', () => {
  expect(() => clientOrderId(() => new Uint8Array(8), { salt: '', jobId: 1, attempt: 1 })).toThrow(RangeError);
});
