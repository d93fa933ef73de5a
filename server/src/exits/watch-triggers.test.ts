import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { PriceVenue } from '../core/price/price-key.js';
import { openRedis, type RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { openMany, triggerWorld, type TriggerWorld } from '../testing/worlds/trigger-world.js';
import { editExits } from '../positions/edit-exits.js';
import { executeTrade } from '../orders/send/execute-trade.js';
import { recoverOrders } from '../orders/recover/recover-orders.js';
import { watchTriggers, type TriggerWatch } from './watch-triggers.js';

let t: TestDatabase;
let redis: RedisLink;
let dead: RedisLink;
beforeAll(async () => {
  [t, redis, dead] = await Promise.all([
    createTestDatabase({ connectionLimit: 30 }),
    createTestRedis(),
    openRedis('redis://127.0.0.1:1', 'dead'),
  ]);
});
afterAll(async () => {
  await Promise.all([redis.close(), dead.close()]);
  await t.drop();
});

let world: TriggerWorld;
let watches: TriggerWatch[] = [];
const TRAILING = { trailing_enabled: true, trailing_distance_pct: '1' };
const LOOK_MS = 100;
const watch = (w: TriggerWorld = world, leads: (venue: PriceVenue) => boolean = () => true): TriggerWatch => {
  const one = watchTriggers(w.ctx, { leads, lookMs: LOOK_MS, resyncMs: 200 });
  watches.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(watches.map((one) => one.stop()));
  watches = [];
  await world.close();
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_reserved = 0, qty_remaining = 0");
  await t.db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE status = 'PENDING'");
});

/** An account with positions. */
async function open(columns: Record<string, unknown>, count = 1): Promise<{ accountId: number; ids: number[] }> {
  const { id: accountId } = await makeAccount(t.db);
  return { accountId, ids: await openMany(t.db, { accountId, count, columns }) };
}
const position = (id: number | undefined) =>
  t.db.prisma.tradePosition.findUniqueOrThrow({
    where: { id: id ?? 0 },
    include: { reservations: { include: { trade_job: true } } },
  });
const isWatching = (one: TriggerWatch, size: number) => eventually(() => expect(one.size()).toBe(size));
const isClosed = (id: number | undefined, reason: string) =>
  eventually(async () => {
    const { status, close_reason } = await position(id);
    expect([status, close_reason]).toEqual(['CLOSED', reason]);
  });

describe('A watched position', () => {
  it.each([
    ['STOP_LOSS', { sl_enabled: true, sl_pct: '2' }, ['98000']],
    ['TAKE_PROFIT', { tp_enabled: true, tp_pct: '3.25' }, ['103250']],
    ['TRAILING_STOP', { trailing_enabled: true, trailing_distance_pct: '1' }, ['110000', '108900']],
    ['TIME_STOP', { time_stop_hours: 1, created_at: new Date(Date.now() - 3_600_000) }, ['100000']],
  ])('is sold by its %s, with all details saved', async (reason, columns, prices) => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open(columns);
    world.price('100500');
    if (reason === 'TIME_STOP') watch();
    else await isWatching(watch(), 1);
    for (const price of prices) world.price(price);
    await isClosed(ids[0], reason);
    const { reservations, qty_reserved, sl_triggered, tp_triggered, trailing_triggered } = await position(ids[0]);
    expect(reservations).toHaveLength(1);
    const job = reservations[0]!.trade_job;
    expect(job).toMatchObject({ origin: 'TRIGGER', exit_reason: reason, status: 'FILLED', side: 'SELL' });
    expect(job.idempotency_key).toBe(`trigger:${ids[0]}:${reason}:1`);
    expect(job.tick_at && job.decided_at && job.tick_at <= job.decided_at).toBe(true);
    if (reason !== 'TIME_STOP') expect(job.exit_price?.toFixed()).toBe(prices.at(-1));
    expect(qty_reserved.toFixed()).toBe('0');
    expect({ sl_triggered, tp_triggered, trailing_triggered }).toEqual({
      sl_triggered: reason === 'STOP_LOSS',
      tp_triggered: reason === 'TAKE_PROFIT',
      trailing_triggered: reason === 'TRAILING_STOP',
    });
  });

  it('follows an edit that was made while its monitor started', async () => {
    world = await triggerWorld(t.db, redis);
    const { accountId, ids } = await open({ sl_enabled: true, sl_pct: '20' });
    world.price('100000');
    const { user_id: owner } = await t.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id: accountId } });
    // The first read of the events comes late, so any earlier read of positions is outdated.
    let edited: Promise<unknown> | undefined;
    const query: typeof t.db.query = async (sql, values) => {
      if (sql.includes('FROM live_cursors')) {
        await new Promise((resolve) => setTimeout(resolve, 300));
        edited ??= editExits(world.ctx, owner, { positionId: ids[0]!, changes: { slPct: '2' } });
        await edited;
      }
      return t.db.query(sql, values);
    };
    const ctx = { ...world.ctx, db: { ...t.db, query } };
    // Only the events report the edit.
    watches.push(watchTriggers(ctx, { lookMs: LOOK_MS, resyncMs: 600_000 }));
    await isWatching(watches[0]!, 1);
    await edited;
    world.price('97000');
    await isClosed(ids[0], 'STOP_LOSS');
  });

  it('is sold when the price jumps over its stop, and is checked against the bid if there is one', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('100000');
    await isWatching(watch(), 1);
    world.price('97000', { bid: '98000.01' });
    world.price('99000', { bid: '60000' });
    await isClosed(ids[0], 'STOP_LOSS');
    expect((await position(ids[0])).reservations[0]!.trade_job.exit_price?.toFixed()).toBe('60000');
  });

  it('opened or edited while we watch follows the new settings from the next price on', async () => {
    world = await triggerWorld(t.db, redis);
    world.price('100000');
    const one = watch();
    const { ids } = await open({ sl_enabled: true, sl_pct: '5' });
    await isWatching(one, 1);
    // Without a live event, as with raw SQL: the change is found by its updated_at.
    await t.db.query('UPDATE trade_positions SET sl_pct = 1 WHERE id = ?', [ids[0]]);
    await eventually(() => {
      world.price('98900');
      return isClosed(ids[0], 'STOP_LOSS');
    });
  });

  it('is not sold at a price that is too old', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('50000', { at: Date.now() - world.ctx.env.STALE_PRICE_MS - 1_000 });
    await isWatching(watch(), 1);
    expect((await position(ids[0])).reservations).toHaveLength(0);
    world.price('97000');
    await isClosed(ids[0], 'STOP_LOSS');
  });

  it('is not sold at a price from the future, but at the next current one, although its time is earlier', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('50000', { at: Date.now() + 300_000 });
    await isWatching(watch(), 1);
    world.price('50001', { at: Date.now() + 300_000 });
    expect((await position(ids[0])).reservations).toHaveLength(0);
    world.price('97000', { at: Date.now() });
    await isClosed(ids[0], 'STOP_LOSS');
  });

  it('sells each target once, moves its stop to the opening price, and sells the rest there', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '5', break_even_after_first: true });
    const position_id = ids[0]!;
    await t.db.prisma.positionTarget.createMany({
      data: [
        { position_id, ordinal: 1, pct: '1', share_pct: '50' },
        { position_id, ordinal: 2, pct: '2', share_pct: '25' },
      ],
    });
    world.price('100000');
    await isWatching(watch(), 1);
    world.price('101000');
    await eventually(async () => expect((await position(position_id)).qty_remaining.toFixed()).toBe('0.0005'));
    world.price('100500');
    world.price('101500');
    world.price('102000');
    await eventually(async () => expect((await position(position_id)).qty_remaining.toFixed()).toBe('0.00025'));
    expect((await position(position_id)).partial_tp_triggered).toBe(true);
    world.price('100000');
    await isClosed(position_id, 'STOP_LOSS');
    const jobs = (await position(position_id)).reservations.map(({ trade_job, qty }) => [
      trade_job.idempotency_key,
      qty.toFixed(),
    ]);
    expect(jobs).toEqual([
      [`trigger:${position_id}:PARTIAL_TAKE_PROFIT:1:1`, '0.0005'],
      [`trigger:${position_id}:PARTIAL_TAKE_PROFIT:2:1`, '0.00025'],
      [`trigger:${position_id}:STOP_LOSS:1`, '0.00025'],
    ]);
  });

  it('fires a second exit, with the next number, after the exchange refused the first', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('100000');
    await isWatching(watch(), 1);
    world.exchange.faultMode = () => (world.exchange.sent.length === 0 ? 'refuse' : 'accept');
    world.price('97000');
    await isClosed(ids[0], 'STOP_LOSS');
    const { reservations } = await position(ids[0]);
    expect(reservations.map(({ trade_job }) => [trade_job.idempotency_key, trade_job.status])).toEqual([
      [`trigger:${ids[0]}:STOP_LOSS:1`, 'FAILED'],
      [`trigger:${ids[0]}:STOP_LOSS:2`, 'FILLED'],
    ]);
  });

  it('is sold for the price that reached its stop when the database failed then, although the price recovered', async () => {
    world = await triggerWorld(t.db, redis);
    let failures = 0;
    const transaction: typeof t.db.transaction = (work) => {
      if (failures === 0) return t.db.transaction(work);
      failures--;
      return Promise.reject(new Error('no connection was free'));
    };
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('100500');
    const failing = { ...world, ctx: { ...world.ctx, db: { ...t.db, transaction } } };
    await isWatching(watch(failing), 1);
    failures = 1;
    world.price('97999');
    world.price('100500');
    await isClosed(ids[0], 'STOP_LOSS');
    const [sold] = (await position(ids[0])).reservations;
    expect([failures, sold?.trade_job.exit_price?.toFixed()]).toEqual([0, '97999']);
  });

  it('ends as dust, with its value, when its sales left too little for the market', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    await t.db.query('UPDATE trade_positions SET qty_remaining = 0.00004 WHERE id = ?', [ids[0]]);
    world.price('100000');
    await isWatching(watch(), 1);
    world.price('97000');
    await isClosed(ids[0], 'STOP_LOSS');
    const { dust_qty, dust_value_quote, qty_remaining } = await position(ids[0]);
    expect([dust_qty, dust_value_quote, qty_remaining].map((one) => one.toFixed())).toEqual(['0.00004', '3.88', '0']);
    expect(world.exchange.sent).toHaveLength(0);
  });
});

describe('An exit', () => {
  it('is claimed as it fires when this process has an executor, and left to others otherwise', async () => {
    world = await triggerWorld(t.db, redis);
    const stop = { sl_enabled: true, sl_pct: '2' };
    const here = await open(stop);
    world.price('100000');
    await isWatching(watch(), 1);
    world.price('97000');
    await isClosed(here.ids[0], 'STOP_LOSS');
    const jobOf = async (id: number | undefined) => (await position(id)).reservations[0]?.trade_job;
    const claimed = await jobOf(here.ids[0]);
    expect(claimed?.claimed_at).toEqual(claimed?.decided_at);
    await world.close();

    world = await triggerWorld(t.db, redis, { executor: false });
    const elsewhere = await open(stop);
    watch();
    world.price('97000');
    await eventually(async () => expect((await jobOf(elsewhere.ids[0]))?.status).toBe('PENDING'));
    expect((await jobOf(elsewhere.ids[0]))?.claimed_at).toBeNull();
  });

  it('whose process died before the send is looked up first, not sent again while the order may exist, and then sold once', async () => {
    world = await triggerWorld(t.db, redis, { executor: false });
    const { ctx, exchange } = world;
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('100000');
    let claimed = 0;
    // Takes the order and never acts again.
    const run = { send: () => void claimed++, release: () => undefined };
    ctx.trades.attach?.({ offer: () => true, reserve: () => run });
    await isWatching(watch(), 1);
    world.price('97000');
    await eventually(() => expect(claimed).toBe(1));
    const read = () =>
      t.db.prisma.tradeJob.findFirstOrThrow({
        where: { reservations: { some: { position_id: ids[0] ?? 0 } } },
        include: { executions: true },
      });
    const job = await read();
    expect(job).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'SENDING', attempt: 1 }] });
    world.price('96000');
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ looked: 0 });
    await t.db.query(
      'UPDATE trade_executions SET send_before = send_before - INTERVAL 30 SECOND WHERE trade_job_id = ?',
      [job.id],
    );
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ absent: 1 });
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ retried: 1 });
    expect(await executeTrade(ctx, { jobId: job.id, committedAt: 0, queuedAt: 0 })).toBe('SENT');
    await isClosed(ids[0], 'STOP_LOSS');
    expect((await read()).executions.map(({ status_exchange }) => status_exchange)).toEqual(['NOT_PLACED', 'FILLED']);
    expect(exchange.sent).toHaveLength(1);
  });
});

describe('A trailing stop', () => {
  it('survives a restart with its maximum', async () => {
    world = await triggerWorld(t.db, redis);
    const columns = { ...TRAILING, trailing_arming_pct: '5' };
    const { ids } = await open(columns, 3);
    world.price('100000');
    const first = watch();
    await isWatching(first, 3);
    world.price('104999');
    world.price('105000');
    await eventually(async () => expect((await position(ids[2])).trailing_max_price?.toFixed()).toBe('105000'));
    world.price('112000');
    world.price('111500');
    await first.stop();
    expect((await position(ids[0])).trailing_max_price?.toFixed()).toBe('112000');
    const second = watch();
    await isWatching(second, 3);
    world.price('110880.01');
    world.price('110880');
    for (const id of ids) await isClosed(id, 'TRAILING_STOP');
  });
});

describe('Several monitors', () => {
  it(
    'without Redis, eight of them watching everything sell each of 1,000 positions once',
    { timeout: 120_000 },
    async () => {
      world = await triggerWorld(t.db, redis);
      const columns = {
        ...{ sl_enabled: true, sl_pct: '2', tp_enabled: true, tp_pct: '3' },
        ...TRAILING,
      };
      const { accountId } = await open(columns, 1_000);
      world.price('100000');
      const alone = { ...world, ctx: { ...world.ctx, redis: dead } };
      for (let n = 0; n < 8; n++) watch(alone);
      for (const one of watches) await isWatching(one, 1_000);
      // Stop loss, trailing stop and take profit become due in turn, repeatedly.
      for (const price of ['97000', '97000', '96000', '104000', '97000']) world.price(price);
      await eventually(async () => {
        const open = await t.db.prisma.tradePosition.count({
          where: { exchange_account_id: accountId, status: 'OPEN' },
        });
        expect(open).toBe(0);
      }, 100_000);
      const sells = await t.db.query<{ n: number; sold: string }[]>(
        `SELECT COUNT(*) AS n, SUM(pp.qty_sold) AS sold FROM position_reservations pp JOIN trade_jobs j ON j.id = pp.trade_job_id
        WHERE j.exchange_account_id = ? AND j.side = 'SELL'`,
        [accountId],
      );
      expect([Number(sells[0]!.n), Number(sells[0]!.sold)]).toEqual([1_000, 1]);
      expect(world.exchange.sent.length).toBe(1_000);
    },
  );

  it('watch the prices of their own process from the time when it begins to lead a feed', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ sl_enabled: true, sl_pct: '2' });
    world.price('100000');
    let leads = false;
    const one = watch(world, () => leads);
    const other = watch(world, (venue) => leads && venue === 'BINANCE_SPOT');
    const looked = await open({ sl_enabled: true, sl_pct: '50' });
    world.price('97000');
    leads = true;
    one.hurry();
    await isClosed(ids[0], 'STOP_LOSS');
    await isWatching(one, 1);
    expect([other.size(), (await position(looked.ids[0])).status]).toEqual([0, 'OPEN']);
    leads = false;
    one.hurry();
    await isWatching(one, 0);
  });

  it('know how high a price rose while its watcher was dead', async () => {
    world = await triggerWorld(t.db, redis);
    const { ids } = await open({ ...TRAILING, trailing_max_price: '100000' });
    world.price('100000');
    let leads = false;
    const one = watch(world, () => leads);
    world.price('112000');
    world.price('111000');
    // Opened after that high, so it has seen a lower one.
    const later = await open({ ...TRAILING, trailing_max_price: '111000' });
    leads = true;
    one.hurry();
    await isWatching(one, 2);
    world.price('110880');
    await isClosed(ids[0], 'TRAILING_STOP');
    expect((await position(ids[0])).trailing_max_price?.toFixed()).toBe('112000');
    expect(await position(later.ids[0])).toMatchObject({ status: 'OPEN' });
    expect((await position(later.ids[0])).trailing_max_price?.toFixed()).toBe('111000');
  });
});
