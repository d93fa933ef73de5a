import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.js';
import { openSignalWorld, type SignalWorld } from '../testing/signal-world.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.drop());

const opened: SignalWorld[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
  // What a test leaves open is nothing to the next one.
  await t.db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE status = 'PENDING'");
  await t.db.query("UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE status_exchange IN ('SENDING', 'UNKNOWN')");
});
const open = async (options?: Parameters<typeof openSignalWorld>[1]): Promise<SignalWorld> => {
  const world = await openSignalWorld(t.db, options);
  opened.push(world);
  return world;
};
const statuses = async (w: SignalWorld, ...ids: number[]) =>
  (await Promise.all(ids.map((id) => w.jobOf(id)))).map(({ status }) => status);
const isSold = async (w: SignalWorld): Promise<void> => {
  const rows = await w.positions();
  expect(rows.map(({ status, close_reason }) => [status, close_reason])).toEqual(
    rows.map(() => ['CLOSED', 'WEBHOOK_SELL']),
  );
};

describe.each(['binance', 'bybit'] as const)('at a %s that takes 300 ms for an answer', (dialect) => {
  test('a sell right behind a buy waits for it and sells what it bought', async () => {
    const w = await open({ dialect });
    w.fake.faults.during('place', { answerAfterMs: 300 });
    const [buy, sell] = [await w.signal('BUY'), await w.signal('SELL')];
    await eventually(async () => expect(await statuses(w, buy, sell)).toEqual(['FILLED', 'FILLED']), 20_000);
    await isSold(w);
    const [bought, sold] = [await w.jobOf(buy), await w.jobOf(sell)];
    expect(sold.waits_for_job_id).toBe(buy);
    expect(sold.waiting_since).not.toBeNull();
    expect(sold.trace_json).toContainEqual(expect.objectContaining({ name: 'waited', source: `job ${buy} came before` }));
    const gap = sold.claimed_at!.getTime() - bought.executions[0]!.booked_at!.getTime();
    expect(gap).toBeLessThan(500);
  });
});
