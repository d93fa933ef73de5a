import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import type { FakeOrder } from '../../testing/fake-exchange/engine-types.js';
import { ETH, openSignalWorld, type SignalWorld } from '../../testing/worlds/signal-world.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { verifyLedger } from '../../vaults/verify-ledger.js';
import { closePosition } from '../../positions/close-position.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const opened: SignalWorld[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
  // Closes the open jobs of a test before the next one.
  await t.db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE status = 'PENDING'");
  await t.db.query(
    "UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE status_exchange IN ('SENDING', 'UNKNOWN')",
  );
});
const open = async (options?: Parameters<typeof openSignalWorld>[1]): Promise<SignalWorld> => {
  const world = await openSignalWorld(t.db, options);
  opened.push(world);
  return world;
};
const LIMIT = { parameter: { order_type_default: 'LIMIT' as const, side: 'BUY' as const } };

const become = (w: SignalWorld, ids: number[], statuses: string[]) =>
  eventually(async () => {
    const jobs = await Promise.all(ids.map((id) => w.jobOf(id)));
    expect(jobs.map(({ status }) => status)).toEqual(statuses);
    return jobs;
  }, 25_000);
/** Waits until everything is sold, here and at the exchange, except what the fee leaves. */
const isFlat = async (w: SignalWorld): Promise<void> => {
  const rows = await w.positions();
  expect(rows.map(({ status, close_reason }) => `${status} ${close_reason}`)).toEqual(
    rows.map(() => 'CLOSED WEBHOOK_SELL'),
  );
  expect(w.holds('BTC')).toBeLessThan(0.00002);
  expect(await verifyLedger({ db: t.db })).toEqual([]);
};
const restingOrder = (w: SignalWorld): Promise<FakeOrder> =>
  eventually(() => {
    const order = w.fake.orders().find(({ status }) => status === 'NEW' || status === 'PARTIALLY_FILLED');
    if (!order) throw new Error('nothing rests');
    return order;
  });

describe.each(['binance', 'bybit'] as const)('at a %s that answers after 300 ms', (dialect) => {
  it('a sell right behind a buy waits for it and sells what it bought', async () => {
    const w = await open({ dialect });
    w.fake.faults.during('place', { answerAfterMs: 300 });
    const [buy, sell] = [await w.signal('BUY', { to: null }), await w.signal('SELL', { to: null })];
    w.tell(0, buy, sell);
    const [bought, sold] = await become(w, [buy, sell], ['FILLED', 'FILLED']);
    await isFlat(w);
    expect(sold).toMatchObject({ waits_for_job_id: buy, waiting_since: expect.any(Date) });
    expect(sold!.trace_json).toContainEqual(
      expect.objectContaining({ name: 'waited', source: `job ${buy} came before` }),
    );
    expect(sold!.claimed_at!.getTime()).toBeGreaterThanOrEqual(bought!.executions[0]!.booked_at!.getTime());
  });

  it('two independent executors keep the order of buy, sell, buy, sell', async () => {
    const w = await open({ dialect, executors: 2 });
    w.fake.faults.during('place', { answerAfterMs: 300 });
    const ids: number[] = [];
    for (const [side, to] of [
      ['BUY', 0],
      ['SELL', 1],
      ['BUY', 1],
      ['SELL', 0],
    ] as const)
      ids.push(await w.signal(side, { to }));
    const jobs = await become(w, ids, ['FILLED', 'FILLED', 'FILLED', 'FILLED']);
    await isFlat(w);
    expect(w.fake.orders().map(({ side }) => side)).toEqual(['BUY', 'SELL', 'BUY', 'SELL']);
    expect(jobs.slice(1).map((job) => job.waits_for_job_id)).toEqual(ids.slice(0, 3));
    jobs.slice(1).forEach((job, index) => {
      const before = jobs[index]!.executions[0]!.booked_at!.getTime();
      expect(job.claimed_at!.getTime()).toBeGreaterThanOrEqual(before);
    });
  });

  it('a close cancels a resting buy and sells its fills, and nothing opens after it', async () => {
    const w = await open({ dialect, ...LIMIT });
    const buy = await w.signal('BUY', { price: '90000' });
    const order = await restingOrder(w);
    w.fake.engine.fill(order, '0.004');
    const sell = await w.signal('SELL');
    const [bought] = await become(w, [buy, sell], ['CANCELED', 'FILLED']);
    expect(bought).toMatchObject({ reason_code: 'SUPERSEDED_BY_CLOSE' });
    expect([order.status, order.executedQty.toFixed()]).toEqual(['CANCELED', '0.004']);
    await isFlat(w);
    w.fake.setPrice('BTC/USDT', { last: '80000' });
    expect(w.fake.orders().filter(({ side }) => side === 'BUY')).toHaveLength(1);
  });

  it('a buy that fills while the close cancels it is sold too', async () => {
    const w = await open({ dialect, ...LIMIT });
    const buy = await w.signal('BUY', { price: '90000' });
    const order = await restingOrder(w);
    await become(w, [buy], ['PENDING_LIMIT']);
    // The exchange fills it, and we do not know before the cancel.
    w.fake.engine.fill(order, order.qty.toFixed());
    const sell = await w.signal('SELL');
    await become(w, [buy, sell], ['FILLED', 'FILLED']);
    await isFlat(w);
  });

  it('a close whose cancel gets no answer cancels again', async () => {
    const w = await open({ dialect, ...LIMIT });
    const buy = await w.signal('BUY', { price: '90000' });
    const order = await restingOrder(w);
    await become(w, [buy], ['PENDING_LIMIT']);
    w.fake.faults.next('cancel', { taken: false, answer: 'lost' });
    const sell = await w.signal('SELL');
    await become(w, [buy, sell], ['CANCELED', 'SKIPPED']);
    expect([order.status, (await w.jobOf(sell)).reason_code]).toEqual(['CANCELED', 'NO_ELIGIBLE_POSITIONS']);
  });

  it('a buy whose answer was lost is sold by the later close once it is found', async () => {
    const w = await open({ dialect });
    w.fake.faults.next('place', { answer: 'lost' });
    const buy = await w.signal('BUY');
    await become(w, [buy], ['EXECUTING']);
    const sell = await w.signal('SELL');
    await become(w, [buy, sell], ['FILLED', 'FILLED']);
    await isFlat(w);
  });
});

it('other symbols and accounts do not wait, and neither does a manual close', async () => {
  const w = await open();
  const first = await w.signal('BUY');
  await become(w, [first], ['FILLED']);
  const [position] = await w.positions();
  w.fake.faults.next('place', { answerAfterMs: 3_000 });
  const slow = await w.signal('BUY');
  await eventually(() => expect(w.fake.orders()).toHaveLength(2));
  const waiting = await w.signal('SELL');
  const other = await w.signal('BUY', { symbol: ETH });
  const { ctx } = w.processes[0]!;
  const byHand = await closePosition(ctx, w.user_id, { positionId: position!.id, idempotencyKey: 'now' });
  await become(w, [other, (byHand as { jobId: number }).jobId], ['FILLED', 'FILLED']);
  expect((await w.jobOf(slow)).status).toBe('EXECUTING');
  expect(await w.jobOf(waiting)).toMatchObject({ status: 'PENDING', waits_for_job_id: slow });
  await become(w, [slow, waiting], ['FILLED', 'FILLED']);
}, 30_000);

it('the process of the buy dies before the answer: another one resolves the buy and executes the close', async () => {
  const w = await open({ executors: 2 });
  w.fake.faults.next('place', { answer: 'hang' });
  const buy = await w.signal('BUY', { to: 0 });
  await eventually(() => expect(w.fake.orders()).toHaveLength(1));
  // It never acts again, and its memory is lost.
  void w.processes[0]!.executor.stop();
  const sell = await w.signal('SELL', { to: 1 });
  await become(w, [buy, sell], ['FILLED', 'FILLED']);
  await isFlat(w);
}, 40_000);

it('a close that was not announced, and whose buy is slow, is found in the database and executed in its turn', async () => {
  const w = await open({ executors: 2 });
  w.fake.faults.during('place', { answerAfterMs: 300 });
  const [buy, sell] = [await w.signal('BUY', { to: null }), await w.signal('SELL', { to: null })];
  await become(w, [buy, sell], ['FILLED', 'FILLED']);
  expect(w.fake.orders().map(({ side }) => side)).toEqual(['BUY', 'SELL']);
  await isFlat(w);
}, 30_000);
