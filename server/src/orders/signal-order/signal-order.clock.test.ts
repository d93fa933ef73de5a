import { afterEach, describe, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import { makeBuyer, recoverFully, vaultOf } from '../../testing/worlds/buyer.js';
import type { FakeClock } from '../../testing/fake-clock.js';
import { makeJob, makePosition } from '../../testing/make.js';
import type { MemoryExchange } from '../../testing/worlds/memory-exchange.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { executeTrade, type SignalWait } from '../send/execute-trade.js';
import { sweepJobs } from '../queue/sweep-jobs.js';
import { useOrderWorld } from '../../testing/worlds/use-order-world.js';

let t: TestDatabase;
let exchange: MemoryExchange;
let clock: FakeClock;
let ctx: Context;
useOrderWorld((world) => ({ t, exchange, clock, ctx } = world));
afterEach(() => t.db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE status = 'PENDING'"));

const execute = (id: number, context = ctx, onWait?: (wait: SignalWait) => void) =>
  executeTrade(context, { jobId: id, committedAt: clock.now(), queuedAt: clock.now() }, onWait ? { onWait } : {});
const jobOf = (id: number) =>
  t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id }, include: { executions: true, reservations: true } });
const reasonOf = async (id: number) => {
  const { status, reason_code } = await jobOf(id);
  return [status, reason_code];
};

async function setUp(parameter: Parameters<typeof makeBuyer>[1] = {}) {
  const { account, vault_id } = await makeBuyer(t.db, parameter);
  const signal = async (side: 'BUY' | 'SELL') =>
    (await makeJob(t.db, { exchange_account_id: account.id, side, created_at: new Date(clock.now()) })).id;
  const positions = async () => {
    const rows = await t.db.prisma.tradePosition.findMany({
      where: { exchange_account_id: account.id },
      orderBy: { id: 'asc' },
    });
    return rows.map(({ status, qty_remaining }) => `${status} ${qty_remaining.toFixed()}`);
  };
  const rests = () =>
    t.db.prisma.tradeJob.findMany({ where: { exchange_account_id: account.id, closes_job_id: { not: null } } });
  return { account, vault_id, signal, positions, rests };
}
const blind = (): Context => ({ ...ctx, prices: { ...ctx.prices, get: () => undefined } });

describe('a close behind a buy with an unknown outcome', () => {
  it('waits as long as it takes when there is nothing else to sell, and then sells what the buy bought', async () => {
    const { vault_id, signal, positions } = await setUp();
    exchange.faultMode = 'lose';
    const [buy, sell] = [await signal('BUY'), await signal('SELL')];
    await execute(buy);
    exchange.faultMode = 'accept';
    for (const ms of [0, 1_000, 5_000]) {
      clock.advance(ms);
      expect(await execute(sell)).toBe('POSTPONED');
    }
    expect(await jobOf(sell)).toMatchObject({ status: 'PENDING', waits_for_job_id: buy });
    await recoverFully({ ...ctx, clock }, ({ id }) => execute(id));
    expect(await execute(sell)).toBe('SENT');
    expect([await positions(), (await vaultOf(t.db, vault_id)).balance]).toEqual([['CLOSED 0'], '1000']);
  });

  it('sells what is available after five seconds, and what the buy bought once that is known', async () => {
    const { account, signal, positions, rests } = await setUp();
    await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.002' });
    exchange.faultMode = 'lose';
    const [buy, sell] = [await signal('BUY'), await signal('SELL')];
    await execute(buy);
    exchange.faultMode = 'accept';
    expect(await execute(sell)).toBe('POSTPONED');
    clock.advance(5_000);
    const waits: SignalWait[] = [];
    expect(await execute(sell, ctx, (wait) => waits.push(wait))).toBe('SENT');
    expect([await positions(), await reasonOf(sell)]).toEqual([['CLOSED 0'], ['FILLED', null]]);
    const [rest] = await rests();
    expect(rest).toMatchObject({ status: 'PENDING', waits_for_job_id: buy, closes_job_id: buy, origin: 'WEBHOOK' });
    expect(waits).toMatchObject([{ message: { jobId: rest!.id }, forJobId: buy, side: 'SELL' }]);
    expect(await execute(rest!.id)).toBe('POSTPONED');
    await recoverFully({ ...ctx, clock }, ({ id }) => execute(id));
    // A later buy does not belong to the close and does not wait for it.
    const later = await signal('BUY');
    expect(await execute(later)).toBe('SENT');
    expect(await execute(rest!.id)).toBe('SENT');
    expect(await positions()).toEqual(['CLOSED 0', 'CLOSED 0', 'OPEN 0.001']);
  });

  it('sells nothing for a buy that was not placed, and that buy is not sent again', async () => {
    const { account, vault_id, signal, positions, rests } = await setUp();
    await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.002' });
    exchange.faultMode = 'drop';
    const [buy, sell] = [await signal('BUY'), await signal('SELL')];
    await execute(buy);
    exchange.faultMode = 'accept';
    await execute(sell);
    clock.advance(5_000);
    expect(await execute(sell)).toBe('SENT');
    await recoverFully({ ...ctx, clock }, ({ id }) => execute(id));
    expect(await reasonOf(buy)).toEqual(['SKIPPED', 'SUPERSEDED_BY_CLOSE']);
    const [rest] = await rests();
    expect(await execute(rest!.id)).toBe('SKIPPED');
    expect(await reasonOf(rest!.id)).toEqual(['SKIPPED', 'NO_ELIGIBLE_POSITIONS']);
    expect([await positions(), await vaultOf(t.db, vault_id)]).toEqual([
      ['CLOSED 0'],
      { balance: '1000', reserved: '0' },
    ]);
  });
});

describe('a close behind a buy that was not sent', () => {
  it('takes the place of a buy that waits for a price after two seconds, whichever job runs first', async () => {
    for (const first of ['buy', 'sell']) {
      const { signal } = await setUp();
      const [buy, sell] = [await signal('BUY'), await signal('SELL')];
      if (first === 'buy') {
        // A buy that cannot be sent now gives way at once.
        expect(await execute(buy, blind())).toBe('SKIPPED');
      } else {
        expect(await execute(sell)).toBe('POSTPONED');
        clock.advance(2_000);
        expect(await execute(sell)).toBe('SKIPPED');
      }
      expect(await reasonOf(buy)).toEqual(['SKIPPED', 'SUPERSEDED_BY_CLOSE']);
      expect(await execute(buy)).toBe('NOT_MINE');
      if (first === 'buy') await execute(sell);
      expect(await reasonOf(sell)).toEqual(['SKIPPED', 'NO_ELIGIBLE_POSITIONS']);
    }
    expect(exchange.sent).toEqual([]);
  });

  it('ends at once a buy that waits for the rate limit of the exchange, and releases its reservation', async () => {
    const { vault_id, signal } = await setUp();
    const [buy, sell] = [await signal('BUY'), await signal('SELL')];
    exchange.faultMode = 'hold';
    await execute(buy);
    exchange.faultMode = 'accept';
    expect((await vaultOf(t.db, vault_id)).reserved).toBe('100');
    expect(await execute(sell)).toBe('SKIPPED');
    expect(await reasonOf(buy)).toEqual(['SKIPPED', 'SUPERSEDED_BY_CLOSE']);
    expect(await vaultOf(t.db, vault_id)).toEqual({ balance: '1000', reserved: '0' });
    expect(await execute(buy)).toBe('NOT_MINE');
    expect(exchange.sent).toHaveLength(1);
  });

  it('a buy is not attempted again when a close came after it', async () => {
    const { vault_id, signal } = await setUp();
    const buy = await signal('BUY');
    exchange.faultMode = 'hold';
    await execute(buy);
    await signal('SELL');
    exchange.faultMode = 'accept';
    expect(await execute(buy)).toBe('SKIPPED');
    expect(await reasonOf(buy)).toEqual(['SKIPPED', 'SUPERSEDED_BY_CLOSE']);
    expect(await vaultOf(t.db, vault_id)).toEqual({ balance: '1000', reserved: '0' });
  });

  it('waits when the buy can be sent: the buy goes first and is sold', async () => {
    const { signal, positions } = await setUp();
    const [buy, sell] = [await signal('BUY'), await signal('SELL')];
    expect([await execute(sell), await execute(buy), await execute(sell)]).toEqual(['POSTPONED', 'SENT', 'SENT']);
    expect(await positions()).toEqual(['CLOSED 0']);
  });

  it('a buy whose row became visible only after the close was decided opens nothing', async () => {
    const { account, signal } = await setUp();
    const late = await signal('BUY');
    await t.db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE id = ?", [late]);
    await makePosition(t.db, { exchange_account_id: account.id });
    const sell = await signal('SELL');
    // The position is older than the close; in this test its job was created after the late buy.
    expect(await execute(sell)).toBe('SENT');
    await t.db.query("UPDATE trade_jobs SET status = 'PENDING' WHERE id = ?", [late]);
    expect(await execute(late)).toBe('SKIPPED');
    expect(await reasonOf(late)).toEqual(['SKIPPED', 'SUPERSEDED_BY_CLOSE']);
  });
});

describe('a buy behind a close', () => {
  it('waits for it, and is skipped with a reason when the close has not ended within a minute', async () => {
    const { account, signal } = await setUp();
    await makePosition(t.db, { exchange_account_id: account.id });
    exchange.faultMode = 'drop';
    const [sell, buy] = [await signal('SELL'), await signal('BUY')];
    await execute(sell);
    exchange.faultMode = 'accept';
    expect(await execute(buy)).toBe('POSTPONED');
    expect(await jobOf(buy)).toMatchObject({ status: 'PENDING', waits_for_job_id: sell });
    clock.advance(62_000);
    expect(await execute(buy)).toBe('SKIPPED');
    expect(await reasonOf(buy)).toEqual(['SKIPPED', 'EARLIER_SIGNAL_OPEN']);
  });

  it('does not wait for a close that rests in the book', async () => {
    const { account, signal } = await setUp();
    const resting = await signal('SELL');
    await t.db.query("UPDATE trade_jobs SET status = 'PENDING_LIMIT', claimed_at = NOW() WHERE id = ?", [resting]);
    expect(await execute(await signal('BUY'))).toBe('SENT');
    expect(await t.db.prisma.tradePosition.count({ where: { exchange_account_id: account.id } })).toBe(1);
  });

  it('does not wait for a close by a trigger or by hand', async () => {
    const { account, signal } = await setUp();
    for (const origin of ['TRIGGER', 'MANUAL'])
      await makeJob(t.db, { exchange_account_id: account.id, side: 'SELL', origin, status: 'EXECUTING' });
    expect(await execute(await signal('BUY'))).toBe('SENT');
  });
});

it('a close that is stale at its first claim ends nothing; one that came in time does not become stale while it waits', async () => {
  const { signal, positions } = await setUp();
  exchange.faultMode = 'lose';
  const [buy, sell] = [await signal('BUY'), await signal('SELL')];
  await execute(buy);
  exchange.faultMode = 'accept';
  expect(await execute(sell)).toBe('POSTPONED');
  clock.advance(700_000);
  await recoverFully({ ...ctx, clock }, ({ id }) => execute(id));
  expect(await execute(sell)).toBe('SENT');
  expect(await positions()).toEqual(['CLOSED 0']);
});

it('twelve signals are executed in their own order, in whatever order they are claimed, and the last close leaves nothing', async () => {
  const { signal, positions } = await setUp({ vault: '100000' });
  const ids: number[] = [];
  for (let n = 0; n < 12; n++) ids.push(await signal(n % 2 === 0 ? 'BUY' : 'SELL'));
  const other = { ...ctx };
  for (let round = 0; round < 14; round++) {
    await Promise.all([...ids].reverse().flatMap((id) => [execute(id), execute(id, other)]));
  }
  expect(exchange.sent.map(({ side }) => side)).toEqual(ids.map((_, n) => (n % 2 === 0 ? 'BUY' : 'SELL')));
  expect(await positions()).toEqual(Array(6).fill('CLOSED 0'));
});

it('the sweep takes waiting jobs', async () => {
  const { signal } = await setUp();
  exchange.faultMode = 'lose';
  const [buy, sell] = [await signal('BUY'), await signal('SELL')];
  await execute(buy);
  await execute(sell);
  clock.advance(2_500);
  const offered: number[] = [];
  const runner = { offer: ({ jobId }: { jobId: number }) => offered.push(jobId) > 0, room: () => 100 };
  await sweepJobs(ctx, runner as unknown as Parameters<typeof sweepJobs>[1]);
  expect(offered).toContain(sell);
});
