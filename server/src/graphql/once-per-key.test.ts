import { beforeEach, describe, expect, it } from 'vitest';
import { refuse } from '../core/reasons.js';
import type { Database } from '../infra/database/database.js';
import { createLogger } from '../infra/log.js';
import { makeUser } from '../testing/make.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';
import { oncePerKey } from './once-per-key.js';

let db: Database;
useTestDatabase((made) => ({ db } = made));
let userId: number;
let now: number;
let runs: number;
beforeEach(async () => {
  userId = (await makeUser(db)).id;
  [now, runs] = [Date.UTC(2026, 10, 30), 0];
});

const log = createLogger({ level: 'silent', pretty: false });
const ask = <T extends { ok: true }>(work: () => Promise<T | ReturnType<typeof refuse>>, input: object = { a: '1' }) =>
  oncePerKey(
    { db, log, clock: { now: () => now } },
    { userId, scope: 'SELL', operation: 'closePosition', key: 'k', input },
    () => {
      runs += 1;
      return work();
    },
  );
const done = async () => ({ ok: true as const, jobId: 7 });
/** A work that ends when the test says so. */
function held() {
  let end: (result: { ok: true; jobId: number }) => void = () => undefined;
  const work = new Promise<{ ok: true; jobId: number }>((resolve) => (end = resolve));
  return { work: () => work, end: () => end({ ok: true, jobId: 7 }) };
}

describe('a request with an idempotency key', () => {
  it('runs once, and the repeat gets the first result', async () => {
    expect(await ask(done)).toEqual({ ok: true, jobId: 7 });
    expect(await ask(done)).toEqual({ ok: true, jobId: 7 });
    expect(runs).toBe(1);
  });

  it('of many at the same moment one runs and the others are told so', async () => {
    const first = held();
    const all = Promise.all(Array.from({ length: 10 }, () => ask(first.work).finally(() => first.end())));
    const codes = (await all).map((result) => (result.ok ? 'done' : result.code)).sort();
    expect(codes.filter((code) => code === 'IDEMPOTENCY_IN_PROGRESS').length).toBeGreaterThanOrEqual(1);
    expect(new Set(codes)).toEqual(new Set(['IDEMPOTENCY_IN_PROGRESS', 'done']));
    expect(runs).toBe(1);
  });

  it('that was refused frees its key for other input', async () => {
    expect(await ask(async () => refuse('INVALID_AMOUNT'))).toMatchObject({ code: 'INVALID_AMOUNT' });
    expect(await ask(done, { a: '2' })).toEqual({ ok: true, jobId: 7 });
  });

  it('that failed keeps its key for the same input, which may run at once', async () => {
    await expect(ask(() => Promise.reject(new Error('gone')))).rejects.toThrow('gone');
    expect(await ask(done, { a: '2' })).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
    expect(await ask(done)).toEqual({ ok: true, jobId: 7 });
    expect(runs).toBe(2);
  });

  it('whose process died is carried out by the next request after fifteen seconds', async () => {
    const dead = held();
    void ask(dead.work);
    await expect.poll(() => runs).toBe(1);
    now += 14_999;
    expect(await ask(done)).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS' });
    now += 1;
    expect(await ask(done)).toEqual({ ok: true, jobId: 7 });
    dead.end();
  });

  it('keys of other users and other scopes are other keys', async () => {
    await ask(done);
    userId = (await makeUser(db)).id;
    expect(await ask(done, { a: '2' })).toEqual({ ok: true, jobId: 7 });
    expect(runs).toBe(2);
  });
});
