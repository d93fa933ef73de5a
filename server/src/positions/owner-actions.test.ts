import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeUser } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { openMany, triggerWorld, type TriggerWorld } from '../testing/worlds/trigger-world.js';
import { cancelOrder } from '../orders/cancel/cancel-order.js';
import { closePosition } from './close-position.js';
import { editExits } from './edit-exits.js';
import { lockPosition } from './lock-position.js';
import { placeLimitSell } from './place-limit-sell.js';
import { sweepTriggers } from '../exits/sweep-triggers.js';
import { watchTriggers, type TriggerWatch } from '../exits/watch-triggers.js';

let t: TestDatabase;
let redis: RedisLink;
let world: TriggerWorld;
let watch: TriggerWatch | undefined;
let owner: number;
let positionId: number;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase({ connectionLimit: 30 }), createTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});
beforeEach(async () => {
  world = await triggerWorld(t.db, redis);
  world.price('100000');
  await openPosition({});
});
afterEach(async () => {
  await watch?.stop();
  watch = undefined;
  await world.close();
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_reserved = 0, qty_remaining = 0");
});

async function openPosition(columns: Record<string, unknown>): Promise<void> {
  const account = await makeAccount(t.db);
  owner = account.user_id;
  [positionId = 0] = await openMany(t.db, { accountId: account.id, count: 1, columns });
}
const read = () =>
  t.db.prisma.tradePosition.findUniqueOrThrow({
    where: { id: positionId },
    include: { reservations: { include: { trade_job: true } }, targets: { orderBy: { ordinal: 'asc' } } },
  });
const jobStatus = async (id: number) => (await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id } })).status;
const isClosed = (reason: string) =>
  eventually(async () => {
    const { status, close_reason, qty_remaining, qty_reserved } = await read();
    expect([status, close_reason, qty_remaining.toFixed(), qty_reserved.toFixed()]).toEqual([
      'CLOSED',
      reason,
      '0',
      '0',
    ]);
  });
const started = (outcome: object): number => {
  expect(outcome).toMatchObject({ jobId: expect.any(Number) });
  return (outcome as { jobId: number }).jobId;
};
const limitSell = (quantity = '0.001', key = 'limit') =>
  placeLimitSell(world.ctx, owner, { positionId, idempotencyKey: key, price: '120000', quantity, hours: 24 });
async function restingSell(quantity?: string): Promise<number> {
  const jobId = started(await limitSell(quantity));
  await eventually(async () => expect(await jobStatus(jobId)).toBe('PENDING_LIMIT'));
  return jobId;
}

describe('Closing by hand', () => {
  it('sells everything once, however often it is requested with the same key', async () => {
    await t.db.query('UPDATE trade_positions SET lock_sell_by_webhook = TRUE, min_profit_pct = 50 WHERE id = ?', [
      positionId,
    ]);
    const ask = () => closePosition(world.ctx, owner, { positionId, idempotencyKey: 'a' });
    const answers = await Promise.all([ask(), ask(), ask(), ask()]);
    const jobId = started(answers[0]);
    expect(answers).toEqual(Array.from({ length: 4 }, () => ({ ok: true, jobId })));
    await isClosed('MANUAL');
    expect(await ask()).toEqual({ ok: true, jobId });
    expect(world.exchange.sent).toHaveLength(1);
    expect((await read()).reservations[0]!.trade_job).toMatchObject({ origin: 'MANUAL', status: 'FILLED' });
  });

  it('sells an amount or a percentage and leaves the rest', async () => {
    started(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'a', percent: '25' }));
    await eventually(async () => expect((await read()).qty_remaining.toFixed()).toBe('0.00075'));
    started(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'b', amount: '0.0005' }));
    await eventually(async () => expect((await read()).qty_remaining.toFixed()).toBe('0.00025'));
    expect((await read()).status).toBe('OPEN');
  });

  it.each([
    ['more than there is', { amount: '0.0011' }, 'INVALID_AMOUNT'],
    ['101 per cent', { percent: '101' }, 'INVALID_AMOUNT'],
    ['nothing', { amount: '0' }, 'INVALID_AMOUNT'],
    ['no number', { amount: '1e-3' }, 'INVALID_AMOUNT'],
    ['both', { amount: '0.001', percent: '50' }, 'INVALID_AMOUNT'],
    ['less than the market takes', { amount: '0.00001' }, 'MIN_NOTIONAL_NOT_MET'],
  ])('refuses %s', async (_, part, code) => {
    expect(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'a', ...part })).toMatchObject({ code });
    expect((await read()).reservations).toHaveLength(0);
  });

  it("refuses another user's position, a closed one, and a key that was used for another position", async () => {
    const stranger = await makeUser(t.db);
    const request = { positionId, idempotencyKey: 'a' };
    expect(await closePosition(world.ctx, stranger.id, request)).toMatchObject({ code: 'POSITION_NOT_FOUND' });
    started(await closePosition(world.ctx, owner, request));
    await isClosed('MANUAL');
    expect(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'b' })).toMatchObject({
      code: 'POSITION_CLOSED',
    });
    const account = await t.db.prisma.exchangeAccount.findFirstOrThrow({ where: { user_id: owner } });
    [positionId = 0] = await openMany(t.db, { accountId: account.id, count: 1, columns: {} });
    expect(await closePosition(world.ctx, owner, { ...request, positionId })).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
  });

  it('first cancels the limit sell that holds the position when all of it is closed', async () => {
    const jobId = await restingSell();
    started(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'a' }));
    await isClosed('MANUAL');
    expect(await t.db.prisma.tradeJob.findUnique({ where: { id: jobId } })).toMatchObject({
      status: 'CANCELED',
      reason_code: 'CANCELED_FOR_EXIT',
    });
  });

  it('closes a position whose sales left too little to sell, and records the dust', async () => {
    await t.db.query('UPDATE trade_positions SET qty_remaining = 0.00002 WHERE id = ?', [positionId]);
    expect(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'a' })).toEqual({
      ok: true,
      jobId: null,
    });
    await isClosed('MANUAL');
    expect((await read()).dust_value_quote.toFixed()).toBe('2');
  });

  it.each(['CLOSE_ALL', 'KILL_SWITCH'] as const)('of dust says that %s asked for it', async (origin) => {
    await t.db.query('UPDATE trade_positions SET qty_remaining = 0.00002 WHERE id = ?', [positionId]);
    expect(await closePosition(world.ctx, owner, { positionId, idempotencyKey: 'a', origin })).toMatchObject({
      jobId: null,
    });
    await isClosed(origin);
  });

  it('twenty sells at once never reserve more than there is', async () => {
    const asks = Array.from({ length: 20 }, (_, n) =>
      n % 2 === 0
        ? closePosition(world.ctx, owner, { positionId, idempotencyKey: `c${n}`, amount: '0.0003' })
        : limitSell('0.0002', `l${n}`),
    );
    await Promise.all(asks);
    await eventually(async () => {
      const { reservations, qty_remaining, qty_reserved } = await read();
      const live = reservations.filter(({ is_live }) => is_live);
      expect(live.every(({ trade_job }) => trade_job.status === 'PENDING_LIMIT')).toBe(true);
      const total = reservations.reduce((all, one) => all + Number(one.is_live ? one.qty : one.qty_sold), 0);
      expect(total).toBeLessThanOrEqual(0.001 + 1e-12);
      expect(Number(qty_reserved)).toBeCloseTo(
        live.reduce((all, one) => all + Number(one.qty), 0),
        12,
      );
      const sold = reservations.reduce((all, one) => all + Number(one.qty_sold), 0);
      expect(Number(qty_remaining)).toBeCloseTo(0.001 - sold, 12);
      expect(reservations.length).toBeGreaterThan(2);
    });
  });
});

describe('A limit sell', () => {
  it('rests with its reservation and deadline, and releases the reservation when it is canceled', async () => {
    const jobId = await restingSell('0.0006');
    const job = await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: jobId } });
    expect([job.order_type, job.limit_price?.toFixed(), job.origin]).toEqual(['LIMIT', '120000', 'MANUAL']);
    const hours = ((job.limit_order_expires_at?.getTime() ?? 0) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    expect((await read()).qty_reserved.toFixed()).toBe('0.0006');
    expect(await limitSell('0.0005', 'more')).toMatchObject({ code: 'INVALID_AMOUNT' });
    expect(await cancelOrder(world.ctx, owner, { jobId })).toEqual({ ok: true, status: 'CANCELED' });
    expect((await read()).qty_reserved.toFixed()).toBe('0');
    expect(await cancelOrder(world.ctx, owner, { jobId })).toMatchObject({ code: 'ORDER_CLOSED' });
  });

  it('can be canceled before an executor takes it', async () => {
    await world.close();
    world = await triggerWorld(t.db, redis, { executor: false });
    const jobId = started(await limitSell());
    const stranger = await makeUser(t.db);
    expect(await cancelOrder(world.ctx, stranger.id, { jobId })).toMatchObject({ code: 'ORDER_NOT_FOUND' });
    expect(await cancelOrder(world.ctx, owner, { jobId })).toEqual({ ok: true, status: 'CANCELED' });
    const { qty_reserved, reservations } = await read();
    expect([qty_reserved.toFixed(), reservations.map(({ is_live }) => is_live)]).toEqual(['0', [false]]);
  });

  it.each([
    [{ hours: 0 }, 'INVALID_EXPIRY'],
    [{ hours: 721 }, 'INVALID_EXPIRY'],
    [{ hours: 1.5 }, 'INVALID_EXPIRY'],
    [{ price: '0' }, 'INVALID_PRICE'],
    [{ quantity: '-1' }, 'INVALID_AMOUNT'],
    [{ price: '1' }, undefined],
  ])('with %o is refused with %s', async (part, code) => {
    const input = { positionId, idempotencyKey: 'x', price: '120000', quantity: '0.001', hours: 1, ...part };
    expect(await placeLimitSell(world.ctx, owner, input)).toMatchObject(
      code ? { code } : { jobId: expect.any(Number) },
    );
  });

  it('makes room for a stop loss', async () => {
    await t.db.query('UPDATE trade_positions SET sl_enabled = TRUE, sl_pct = 2 WHERE id = ?', [positionId]);
    await restingSell();
    watch = watchTriggers(world.ctx);
    await eventually(() => expect(watch?.size()).toBe(1));
    world.price('97000');
    await isClosed('STOP_LOSS');
  });
});

describe('Editing the exits', () => {
  it('counts from the next price on', async () => {
    await t.db.query('UPDATE trade_positions SET sl_enabled = TRUE, sl_pct = 50 WHERE id = ?', [positionId]);
    watch = watchTriggers(world.ctx, { resyncMs: 600_000 });
    await eventually(() => expect(watch?.size()).toBe(1));
    world.price('99000');
    expect(await editExits(world.ctx, owner, { positionId, changes: { slPct: '1.5' } })).toEqual({
      ok: true,
      positionId,
    });
    await eventually(async () => {
      world.price('98500');
      await isClosed('STOP_LOSS');
    });
  });

  it('restarts the trailing stop when its arming profit changes, and otherwise keeps its maximum', async () => {
    await t.db.query(
      'UPDATE trade_positions SET trailing_enabled = TRUE, trailing_distance_pct = 1, trailing_max_price = 110000, trailing_armed_at = NOW(3) WHERE id = ?',
      [positionId],
    );
    await editExits(world.ctx, owner, {
      positionId,
      changes: { trailingDistancePct: '2.5', tpEnabled: true, tpPct: '9' },
    });
    expect(await read()).toMatchObject({ trailing_version: 0, tp_enabled: true });
    expect((await read()).trailing_max_price?.toFixed()).toBe('110000');
    await editExits(world.ctx, owner, { positionId, changes: { trailingArmingPct: '5' } });
    expect(await read()).toMatchObject({ trailing_version: 1, trailing_max_price: null, trailing_armed_at: null });
    // Without an arming profit it begins at the opening price.
    await editExits(world.ctx, owner, { positionId, changes: { trailingArmingPct: null } });
    expect(await read()).toMatchObject({ trailing_version: 2, trailing_armed_at: expect.any(Date) });
    expect((await read()).trailing_max_price?.toFixed()).toBe('100000');
  });

  it('replaces waiting targets and keeps those that fired', async () => {
    const targets = [
      { pct: '1', sharePct: '40' },
      { pct: '2', sharePct: '30' },
    ];
    await editExits(world.ctx, owner, { positionId, changes: { targets } });
    await t.db.query('UPDATE position_targets SET triggered_at = NOW(3) WHERE position_id = ? AND ordinal = 1', [
      positionId,
    ]);
    const more = await editExits(world.ctx, owner, {
      positionId,
      changes: { targets: [{ pct: '3', sharePct: '61' }] },
    });
    expect(more).toMatchObject({ code: 'INVALID_EXITS' });
    await editExits(world.ctx, owner, { positionId, changes: { targets: [{ pct: '3', sharePct: '60' }] } });
    expect((await read()).targets.map(({ ordinal, pct }) => [ordinal, pct.toFixed()])).toEqual([
      [1, '1'],
      [2, '3'],
    ]);
  });

  it.each([
    [{ slEnabled: true }],
    [{ slPct: '-1000' }],
    [{ slPct: '100.01' }],
    [{ tpPct: '1.234' }],
    [{ tpPct: 'NaN' }],
    [{ trailingEnabled: true }],
    [{ trailingDistancePct: '100' }],
    [{ timeStopHours: 0 }],
    [{ timeStopHours: 2.5 }],
    [
      {
        targets: [
          { pct: '2', sharePct: '10' },
          { pct: '1', sharePct: '10' },
        ],
      },
    ],
    [
      {
        targets: [
          { pct: '1', sharePct: '60' },
          { pct: '2', sharePct: '41' },
        ],
      },
    ],
    [{ targets: Array.from({ length: 7 }, (_, n) => ({ pct: String(n + 1), sharePct: '10' })) }],
  ])('refuses %o', async (changes) => {
    expect(await editExits(world.ctx, owner, { positionId, changes })).toMatchObject({ code: 'INVALID_EXITS' });
  });

  it('and locking it are only for the owner of an open position', async () => {
    const stranger = await makeUser(t.db);
    const asked = { positionId, changes: { slPct: '1' } };
    expect(await editExits(world.ctx, stranger.id, asked)).toMatchObject({ code: 'POSITION_NOT_FOUND' });
    expect(await lockPosition(world.ctx, stranger.id, { positionId, isLocked: true })).toMatchObject({
      code: 'POSITION_NOT_FOUND',
    });
    expect(await lockPosition(world.ctx, owner, { positionId, isLocked: true })).toEqual({ ok: true, positionId });
    expect(await read()).toMatchObject({ lock_sell_by_webhook: true });
    await t.db.query("UPDATE trade_positions SET status = 'CLOSED' WHERE id = ?", [positionId]);
    expect(await editExits(world.ctx, owner, asked)).toMatchObject({ code: 'POSITION_CLOSED' });
    expect(await lockPosition(world.ctx, owner, { positionId, isLocked: false })).toMatchObject({
      code: 'POSITION_CLOSED',
    });
  });
});

describe('The safety sweep', () => {
  it('fires what the engine did not fire, once, and notifies the owner', async () => {
    await t.db.query('UPDATE trade_positions SET sl_enabled = TRUE, sl_pct = 2 WHERE id = ?', [positionId]);
    world.price('97000');
    const sweep = () => sweepTriggers(world.ctx, { tradeMode: 'SIMULATION', graceMs: 1 });
    expect(await sweepTriggers(world.ctx, { tradeMode: 'REAL', graceMs: 1 })).toEqual({
      looked: 0,
      missed: 0,
      fired: 0,
    });
    const swept = await Promise.all([sweep(), sweep()]);
    expect(swept.map(({ fired }) => fired).sort()).toEqual([0, 1]);
    await isClosed('STOP_LOSS');
    const alerts = await t.db.prisma.systemAlert.findMany({ where: { user_id: owner } });
    expect(alerts.map(({ alert_type, severity }) => [alert_type, severity])).toEqual([['TRIGGER_MISSED', 'critical']]);
  });

  it('does nothing when no exit is due', async () => {
    await t.db.query('UPDATE trade_positions SET sl_enabled = TRUE, sl_pct = 2 WHERE id = ?', [positionId]);
    expect(await sweepTriggers(world.ctx, { tradeMode: 'SIMULATION', graceMs: 1 })).toMatchObject({
      missed: 0,
      fired: 0,
    });
  });
});
