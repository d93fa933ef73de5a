import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeAccount, makeJob } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { runWaitingJobs, sweepJobs } from './sweep-jobs.js';
import type { JobMessage } from '../../ports.js';
import type { TradeRunner } from './trade-runner.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

it('the waiting jobs of an account run in order while there is room, and none when the runner is full', async () => {
  const { db } = database;
  const account = await makeAccount(db);
  const ids: number[] = [];
  for (let n = 0; n < 3; n++) ids.push((await makeJob(db, { exchange_account_id: account.id })).id);
  const ran: number[] = [];
  const runWith = async (room: number) => {
    const runner = {
      room: () => room,
      run: async ({ jobId }: { jobId: number }) => void ran.push(jobId),
    } as unknown as TradeRunner;
    await runWaitingJobs({ db, clock: { now: () => Date.now() } }, runner, { accountId: account.id, side: 'BUY' });
  };
  await runWith(-172);
  expect(ran).toEqual([]);
  await runWith(2);
  expect(ran).toEqual(ids.slice(0, 2));
});

it('a sweep takes sells that have a size first, also when there is no room for other jobs', async () => {
  const { db } = database;
  const { id: exchange_account_id } = await makeAccount(db);
  const created_at = new Date(Date.now() - 5_000);
  const buy = await makeJob(db, { exchange_account_id, created_at });
  const sized = { side: 'SELL' as const, base_quantity: '1', admitted_at: created_at };
  const exit = await makeJob(db, { exchange_account_id, created_at, ...sized });
  const signal = await makeJob(db, { exchange_account_id, created_at, side: 'SELL' });
  const others = await db.query<{ id: number }[]>('SELECT id FROM exchange_accounts WHERE id <> ?', [
    exchange_account_id,
  ]);
  const sweepWith = async (room: number): Promise<JobMessage[]> => {
    const taken: JobMessage[] = [];
    const runner = { room: () => room, offer: (message: JobMessage) => taken.push(message) > 0 };
    const blockedAccounts = others.map(({ id }) => id);
    await sweepJobs({ db, clock: { now: () => Date.now() } }, runner as unknown as TradeRunner, { blockedAccounts });
    return taken;
  };
  expect((await sweepWith(0)).map(({ jobId }) => jobId)).toEqual([exit.id]);
  const all = await sweepWith(10);
  expect(all.map(({ jobId, isUrgent }) => [jobId, isUrgent ?? false])).toEqual([
    [exit.id, true],
    [buy.id, false],
    [signal.id, false],
  ]);
});
