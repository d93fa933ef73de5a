import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAccount, makeJob } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { runWaitingJobs } from './sweep-jobs.js';
import type { TradeRunner } from './trade-runner.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

test('what waited for an account runs in its order as far as there is room, and none when the runner has too much', async () => {
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
