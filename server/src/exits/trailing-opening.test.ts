import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { priceKey } from '../core/price/price-key.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { BTC, openMany, triggerWorld, type TriggerWorld } from '../testing/worlds/trigger-world.js';
import { editExits } from '../positions/edit-exits.js';
import { watchTriggers, type TriggerWatch } from './watch-triggers.js';

/**
 * Prices that arrive between the opening of a position and the time when a monitor first reads it, or while no monitor
 * watches it. Each position is written with an opening time that lies before known prices.
 */
let t: TestDatabase;
let redis: RedisLink;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase({ connectionLimit: 30 }), createTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});

let world: TriggerWorld;
let watches: TriggerWatch[] = [];
const watch = (leads: () => boolean = () => true): TriggerWatch => {
  const one = watchTriggers(world.ctx, { leads, lookMs: 50, resyncMs: 100 });
  watches.push(one);
  return one;
};
afterEach(async () => {
  await Promise.all(watches.map((one) => one.stop()));
  watches = [];
  await world.close();
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_reserved = 0, qty_remaining = 0");
});

const KEY = priceKey('SIMULATION', BTC);
const priceAt = (): number => world.ctx.prices.get(KEY)?.at ?? 0;
/** A monitor that holds the key and has seen no price that counts. */
async function watching(): Promise<TriggerWatch> {
  world = await triggerWorld(t.db, redis);
  world.price('100000');
  const one = watch();
  const probe = await open({ sl_enabled: true, sl_pct: '50' });
  await eventually(() => expect(one.size()).toBe(1));
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED' WHERE id = ?", [probe]);
  await eventually(() => expect(one.size()).toBe(0));
  return one;
}
const TRAILING = { trailing_enabled: true, trailing_distance_pct: '1' };
/** A position bought at 100,000 at the time `at` (ms since 1970), as a booking writes it. */
async function open(columns: Record<string, unknown>, at = priceAt()): Promise<number> {
  const { id: accountId } = await makeAccount(t.db);
  const isArmed = columns.trailing_enabled === true && !columns.trailing_arming_pct;
  const [id = 0] = await openMany(t.db, {
    ...{ accountId, count: 1 },
    columns: {
      ...{
        exits_since: new Date(at),
        ...(isArmed && { trailing_max_price: '100000', trailing_armed_at: new Date(at) }),
      },
      ...columns,
    },
  });
  return id;
}
const position = (id: number) =>
  t.db.prisma.tradePosition.findUniqueOrThrow({
    where: { id },
    include: { reservations: { include: { trade_job: true } } },
  });
const maxIs = (id: number, max: string) =>
  eventually(async () => expect((await position(id)).trailing_max_price?.toFixed()).toBe(max));
const isClosed = (id: number, reason: string) =>
  eventually(async () => expect((await position(id)).close_reason).toBe(reason));

describe('A position that is read late', () => {
  it('has followed every price since its opening, and no earlier one', async () => {
    const monitor = await watching();
    world.price('130000');
    const opened = priceAt() + 1;
    world.price('102000');
    world.price('101500');
    const id = await open(TRAILING, opened);
    await eventually(() => expect(monitor.size()).toBe(1));
    await maxIs(id, '102000');
    world.price('100980.01');
    world.price('100980');
    await isClosed(id, 'TRAILING_STOP');
  });

  it('begins at its opening price when the first price it sees is lower', async () => {
    const monitor = await watching();
    const id = await open(TRAILING);
    await eventually(() => expect(monitor.size()).toBe(1));
    world.price('99500');
    world.price('99000');
    await isClosed(id, 'TRAILING_STOP');
    expect((await position(id)).trailing_max_price?.toFixed()).toBe('100000');
  });

  it('does not follow a price from before its opening, although it is the last known one', async () => {
    const monitor = await watching();
    world.price('100500');
    const id = await open(TRAILING, priceAt() + 1);
    const control = await open({ sl_enabled: true, sl_pct: '0.6' });
    await eventually(() => expect(monitor.size()).toBe(2));
    world.price('99400');
    // One per cent under 100,500 is reached, one under 100,000 is not.
    await isClosed(control, 'STOP_LOSS');
    expect(await position(id)).toMatchObject({ status: 'OPEN', reservations: [] });
    world.price('99000');
    await isClosed(id, 'TRAILING_STOP');
  });

  it('is sold at the price that reached its stop, although the price recovered before the position was read', async () => {
    await watching();
    const opened = priceAt() + 1;
    for (const price of ['99000', '97999', '97000', '100500']) world.price(price);
    const id = await open({ sl_enabled: true, sl_pct: '2', tp_enabled: true, tp_pct: '0.5' }, opened);
    await isClosed(id, 'STOP_LOSS');
    const jobs = (await position(id)).reservations.map(({ trade_job }) => trade_job);
    expect(jobs.map(({ exit_price }) => exit_price?.toFixed())).toEqual(['97999']);
  });

  it('has its trailing stop armed by the price that reached the profit, even after the price fell again', async () => {
    const monitor = await watching();
    const opened = priceAt() + 1;
    for (const price of ['104999', '105000', '104800']) world.price(price);
    const id = await open({ ...TRAILING, trailing_arming_pct: '5' }, opened);
    await eventually(() => expect(monitor.size()).toBe(1));
    await maxIs(id, '105000');
    world.price('103950');
    await isClosed(id, 'TRAILING_STOP');
  });

  it('sells a target once, and continues with the rest', async () => {
    const monitor = await watching();
    const opened = priceAt() + 1;
    // There is nothing to watch until its exits are switched on.
    const id = await open({ break_even_after_first: true });
    await eventually(() => expect(monitor.size()).toBe(0));
    await t.db.query(
      'INSERT INTO position_targets (position_id, ordinal, pct, share_pct) VALUES (?, 1, 2, 50), (?, 2, 4, 25)',
      [...[id, id]],
    );
    for (const price of ['102000', '101000']) world.price(price);
    await t.db.query('UPDATE trade_positions SET sl_enabled = TRUE, sl_pct = 9, exits_since = ? WHERE id = ?', [
      ...[new Date(opened), id],
    ]);
    await eventually(async () => expect((await position(id)).qty_remaining.toFixed()).toBe('0.0005'));
    await eventually(() => expect(monitor.size()).toBe(1));
    world.price('101000.5');
    world.price('100000');
    await isClosed(id, 'STOP_LOSS');
    expect((await position(id)).reservations.map(({ trade_job }) => trade_job.exit_reason)).toEqual([
      'PARTIAL_TAKE_PROFIT',
      'STOP_LOSS',
    ]);
  });

  it('is checked against the current price, not an older one, after the exchange refused its exit', async () => {
    const monitor = await watching();
    const opened = priceAt() + 1;
    for (const price of ['97000', '100500']) world.price(price);
    world.exchange.faultMode = () => {
      world.exchange.faultMode = 'accept';
      return 'refuse';
    };
    const id = await open({ sl_enabled: true, sl_pct: '2' }, opened);
    await eventually(async () => {
      expect((await position(id)).reservations.map(({ trade_job }) => trade_job.status)).toEqual(['FAILED']);
    });
    await eventually(() => expect(monitor.size()).toBe(1));
    world.price('100400');
    await watches[0]?.stop();
    watches = [];
    const next = watch();
    await eventually(() => expect(next.size()).toBe(1));
    expect(await position(id)).toMatchObject({ status: 'OPEN', reservations: [{ trade_job: { status: 'FAILED' } }] });
    world.price('98000');
    await isClosed(id, 'STOP_LOSS');
  });
});

describe('A handover between two monitors', () => {
  it('loses no high and no exit of a position that opened while the key had no watcher', async () => {
    world = await triggerWorld(t.db, redis);
    world.price('100000');
    // The leader is dead, and there is no new one yet.
    let leads = false;
    const one = watch(() => leads);
    world.price('108000');
    const opened = priceAt() + 1;
    const early = await open(TRAILING, opened - 2);
    for (const price of ['103000', '102500']) world.price(price);
    const later = await open(TRAILING, opened);
    for (const price of ['102000', '99000', '102000']) world.price(price);
    const last = await open(TRAILING, priceAt());
    leads = true;
    await isClosed(early, 'TRAILING_STOP');
    await isClosed(later, 'TRAILING_STOP');
    await eventually(() => expect(one.size()).toBe(1));
    await maxIs(last, '102000');
    const priceOf = async (id: number) => (await position(id)).reservations[0]?.trade_job.exit_price?.toFixed();
    expect(await priceOf(later)).toBe('99000');
  });

  it('a restart continues from the saved state, up to the last price', async () => {
    const first = await watching();
    const early = await open(TRAILING);
    await eventually(() => expect(first.size()).toBe(1));
    world.price('104000');
    world.price('103500');
    const later = await open(TRAILING);
    await eventually(() => expect(first.size()).toBe(2));
    world.price('103400');
    await first.stop();
    watches = [];
    expect((await position(early)).trailing_max_price?.toFixed()).toBe('104000');
    expect((await position(later)).trailing_max_price?.toFixed()).toBe('103500');
  });
});

describe('An edit', () => {
  it('that switches the trailing stop on starts it at the opening price, and prices since the edit count', async () => {
    const monitor = await watching();
    const id = await open({ sl_enabled: true, sl_pct: '50' });
    await eventually(() => expect(monitor.size()).toBe(1));
    world.price('109000');
    world.price('100500');
    const { exchange_account } = await t.db.prisma.tradePosition.findUniqueOrThrow({
      where: { id },
      include: { exchange_account: true },
    });
    const changes = { trailingEnabled: true, trailingDistancePct: '1' };
    const owner = exchange_account.user_id;
    expect(await editExits(world.ctx, owner, { positionId: id, changes })).toEqual({ ok: true, positionId: id });
    expect((await position(id)).trailing_max_price?.toFixed()).toBe('100000');
    expect((await position(id)).trailing_armed_at).not.toBeNull();
    // The edit was just made and is not read yet.
    world.price('102000');
    world.price('101500');
    await maxIs(id, '102000');
    world.price('100980');
    await isClosed(id, 'TRAILING_STOP');
  });
});
