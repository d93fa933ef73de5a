import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import { d } from '../../core/money/money.js';
import { NO_DEFAULTS } from '../../core/position/position.js';
import { atVenue } from '../../core/price/venue-price.js';
import { executeTrade } from '../../orders/send/execute-trade.js';
import { cancelOrder } from '../../orders/cancel/cancel-order.js';
import type { FakeClock } from '../../testing/fake-clock.js';
import { makeAccount, makeJob, makeParameter, makePosition, makeVault } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { recoverFully, vaultOf } from '../../testing/worlds/buyer.js';
import type { FaultMode, MemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { useOrderWorld } from '../../testing/worlds/use-order-world.js';
import { placeOrder, type PlaceOrderInput } from './place-order.js';
import { previewOrder } from './preview-order.js';

let t: TestDatabase;
let exchange: MemoryExchange;
let clock: FakeClock;
let ctx: Context;
let price = '100000';
useOrderWorld((world) => {
  ({ t, exchange, clock } = world);
  price = '100000';
  const now = () => atVenue('SIMULATION', { symbol: 'BTC/USDT', last: price, at: clock.now(), source: 'test' });
  const prices = { ...world.ctx.prices, get: (key: string) => (key === now().key ? now() : undefined) };
  ctx = { ...world.ctx, prices };
});

const execute = ({ id }: { id: number }) =>
  executeTrade(ctx, { jobId: id, committedAt: clock.now(), queuedAt: clock.now() });
const jobOf = (id: number) => t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id }, include: { executions: true } });
const positionOf = (jobId: number) =>
  t.db.prisma.tradePosition.findUniqueOrThrow({ where: { trade_job_id_open: jobId }, include: { targets: true } });

async function owner({ vault = '1000', free = '5000' } = {}) {
  const account = await makeAccount(t.db, { balances: { USDT: free } });
  const { id: vaultId } = await makeVault(t.db, { user_id: account.user_id, balances: { USDT: vault } });
  return { userId: account.user_id, accountId: account.id, vaultId };
}
type Owner = Awaited<ReturnType<typeof owner>>;

let keys = 0;
const order = ({ accountId }: Owner, part: Partial<PlaceOrderInput> = {}): PlaceOrderInput => ({
  ...{ accountId, symbol: 'btcusdt', orderType: 'MARKET', quoteAmount: '100', quantity: null, limitPrice: null },
  ...{ hours: null, vaultId: null, slippageBps: null, exits: null, positionId: null, expected: null },
  idempotencyKey: `key ${++keys}`,
  ...part,
});
async function placed(mine: Owner, part: Partial<PlaceOrderInput> = {}): Promise<number> {
  const answer = await placeOrder(ctx, mine.userId, order(mine, part));
  if (!answer.ok) throw new Error(answer.message);
  return answer.jobId;
}
async function previewed(mine: Owner, part: Partial<PlaceOrderInput> = {}) {
  const answer = await previewOrder(ctx, mine.userId, order(mine, part));
  if (!answer.ok) throw new Error(answer.message);
  return answer.preview;
}
const refusedBy = async (mine: Owner, part: Partial<PlaceOrderInput>, userId = mine.userId) => {
  const answer = await placeOrder(ctx, userId, order(mine, part));
  const preview = await previewOrder(ctx, userId, order(mine, part));
  expect(answer).toEqual(preview);
  return answer.ok ? undefined : answer.code;
};

describe('a buy by hand', () => {
  it('is one job of its owner that buys from the vault and opens a position with the exits asked for', async () => {
    const mine = await owner();
    const exits = {
      ...NO_DEFAULTS,
      ...{ slEnabled: true, slPct: '5', trailingEnabled: true, trailingDistancePct: '2.5' },
      targets: [{ pct: '10', sharePct: '50' }],
    };
    const preview = await previewed(mine, { vaultId: mine.vaultId, exits });
    expect([preview.quantity, preview.price, preview.cost, preview.stopPrice, preview.available].map(String)).toEqual([
      ...['0.001', '100000', '100', '97500', '1000'],
    ]);
    const jobId = await placed(mine, { vaultId: mine.vaultId, exits });
    expect(await jobOf(jobId)).toMatchObject({ status: 'PENDING', origin: 'MANUAL', side: 'BUY', executions: [] });
    expect(await execute({ id: jobId })).toBe('SENT');
    const job = await jobOf(jobId);
    expect([job.status, job.base_quantity?.toFixed(), job.reserved_amount?.toFixed()]).toEqual([
      'FILLED',
      '0.001',
      '101',
    ]);
    expect(job.trace_json).toContainEqual({ name: 'request', value: 'MARKET', source: 'the owner, by hand' });
    const position = await positionOf(jobId);
    expect([position.sl_enabled, position.sl_pct?.toFixed(), position.trailing_distance_pct?.toFixed()]).toEqual([
      ...[true, '5', '2.5'],
    ]);
    expect(position.targets.map(({ pct, share_pct }) => [pct.toFixed(), share_pct.toFixed()])).toEqual([['10', '50']]);
    expect(position.trace_json).toContainEqual({
      ...{ name: 'stop loss', value: '5 %', source: 'the owner, with the order' },
    });
    expect(await vaultOf(t.db, mine.vaultId)).toEqual({ balance: '900', reserved: '0' });
  });

  it('without exits gets those of the trade parameter', async () => {
    const mine = await owner();
    await makeParameter(t.db, { exchange_account_id: mine.accountId, default_sl_enabled: true, default_sl_pct: '3' });
    const jobId = await placed(mine);
    await execute({ id: jobId });
    expect((await positionOf(jobId)).sl_pct?.toFixed()).toBe('3');
  });

  it('is placed once for a key, however often it is asked, and another input with that key is a conflict', async () => {
    const mine = await owner();
    const same = order(mine);
    const answers = await Promise.all([1, 2, 3, 4].map(() => placeOrder(ctx, mine.userId, { ...same })));
    expect(new Set(answers.map((answer) => (answer.ok ? answer.jobId : answer.code))).size).toBe(1);
    const conflict = { code: 'IDEMPOTENCY_CONFLICT' };
    expect(await placeOrder(ctx, mine.userId, { ...same, quoteAmount: '101' })).toMatchObject(conflict);
    const exits = { ...NO_DEFAULTS, slEnabled: true, slPct: '5' };
    expect(await placeOrder(ctx, mine.userId, { ...same, exits })).toMatchObject(conflict);
    expect(await t.db.prisma.tradeJob.count({ where: { exchange_account_id: mine.accountId } })).toBe(1);
  });

  it('refuses accounts, vaults and positions of others like those that do not exist', async () => {
    const [mine, theirs] = [await owner(), await owner()];
    const { id: positionId } = await makePosition(t.db, { exchange_account_id: theirs.accountId });
    expect(await refusedBy(mine, { accountId: theirs.accountId })).toBe('ACCOUNT_NOT_FOUND');
    expect(await refusedBy(mine, { vaultId: theirs.vaultId })).toBe('VAULT_NOT_FOUND');
    expect(await refusedBy(mine, { positionId })).toBe('POSITION_NOT_FOUND');
    expect(await refusedBy(mine, {}, theirs.userId)).toBe('ACCOUNT_NOT_FOUND');
    const other = await makePosition(t.db, { exchange_account_id: mine.accountId, symbol: 'ETH/USDT' });
    expect(await refusedBy(mine, { positionId: other.id })).toBe('POSITION_NOT_FOUND');
    const closed = await makePosition(t.db, {
      exchange_account_id: mine.accountId,
      status: 'CLOSED',
      qty_remaining: '0',
    });
    expect(await refusedBy(mine, { positionId: closed.id })).toBe('POSITION_CLOSED');
    const ours = await makePosition(t.db, { exchange_account_id: mine.accountId });
    expect(await refusedBy(mine, { positionId: ours.id, vaultId: mine.vaultId })).toBe('INVALID_INPUT');
  });

  it('rests at its limit until it expires, and its cancel returns the reservation', async () => {
    const mine = await owner();
    const limit = { orderType: 'LIMIT' as const, limitPrice: '95000.005', hours: 2, vaultId: mine.vaultId };
    expect((await previewed(mine, limit)).price.toFixed()).toBe('95000');
    const jobId = await placed(mine, limit);
    await execute({ id: jobId });
    const job = await jobOf(jobId);
    expect([job.status, job.limit_price?.toFixed()]).toEqual(['PENDING_LIMIT', '95000']);
    expect(job.limit_order_expires_at?.getTime()).toBe(clock.now() + 2 * 3_600_000);
    expect(await vaultOf(t.db, mine.vaultId)).toEqual({ balance: '1000', reserved: '100' });
    expect(await cancelOrder(ctx, mine.userId, { jobId })).toMatchObject({ ok: true });
    expect(await vaultOf(t.db, mine.vaultId)).toEqual({ balance: '1000', reserved: '0' });
    for (const hours of [0, 721]) expect(await refusedBy(mine, { ...limit, hours })).toBe('INVALID_EXPIRY');
  });

  it('that is canceled before an executor took it is never sent', async () => {
    const mine = await owner();
    const jobId = await placed(mine);
    expect(await cancelOrder(ctx, mine.userId, { jobId })).toMatchObject({ ok: true, status: 'CANCELED' });
    expect(await execute({ id: jobId })).toBe('NOT_MINE');
    expect(exchange.sent).toEqual([]);
  });

  it('that no executor took in time is skipped, not sent later', async () => {
    const mine = await owner();
    const jobId = await placed(mine);
    clock.advance(61_000);
    expect(await execute({ id: jobId })).toBe('SKIPPED');
    expect(await jobOf(jobId)).toMatchObject({ status: 'SKIPPED', reason_code: 'STALE_SIGNAL' });
  });

  it('opens nothing after a close signal that came later', async () => {
    const mine = await owner();
    await makePosition(t.db, { exchange_account_id: mine.accountId });
    const jobId = await placed(mine);
    const close = await makeJob(t.db, { exchange_account_id: mine.accountId, side: 'SELL' });
    expect(await execute(close)).toBe('POSTPONED');
    clock.advance(5_000);
    expect(await execute(close)).toBe('SENT');
    expect(await execute({ id: jobId })).toBe('NOT_MINE');
    expect(await jobOf(jobId)).toMatchObject({ status: 'SKIPPED', reason_code: 'SUPERSEDED_BY_CLOSE' });
  });
});

describe('adding to a position', () => {
  async function opened(mine: Owner) {
    const jobId = await placed(mine, { vaultId: mine.vaultId });
    await execute({ id: jobId });
    return positionOf(jobId);
  }

  it('makes it larger, at the average price of all its fills, from its vault', async () => {
    const mine = await owner();
    const { id, trade_job_id_open } = await opened(mine);
    await t.db.query('UPDATE position_fills SET price = 90000 WHERE position_id = ?', [id]);
    await t.db.query('UPDATE trade_positions SET price_open = 90000 WHERE id = ?', [id]);
    const jobId = await placed(mine, { positionId: id, quoteAmount: '300' });
    await execute({ id: jobId });
    const grown = await positionOf(trade_job_id_open);
    expect([grown.qty_total, grown.qty_remaining, grown.price_open, grown.cost_quote].map(String)).toEqual([
      ...['0.004', '0.004', '97500', '400'],
    ]);
    expect(await t.db.prisma.tradePosition.count({ where: { exchange_account_id: mine.accountId } })).toBe(1);
    expect(await vaultOf(t.db, mine.vaultId)).toEqual({ balance: '600', reserved: '0' });
  });

  it('by two orders at once counts both', async () => {
    const mine = await owner();
    const { id, trade_job_id_open } = await opened(mine);
    const jobs = [await placed(mine, { positionId: id }), await placed(mine, { positionId: id })];
    await Promise.all(jobs.map((jobId) => execute({ id: jobId })));
    expect((await positionOf(trade_job_id_open)).qty_remaining.toFixed()).toBe('0.003');
  });

  it('that was closed before the order filled opens a position of its own', async () => {
    const mine = await owner();
    const { id } = await opened(mine);
    const jobId = await placed(mine, { positionId: id, orderType: 'LIMIT', limitPrice: '95000' });
    await execute({ id: jobId });
    const [{ client_order_id = '' } = {}] = (await jobOf(jobId)).executions;
    exchange.fillPart(client_order_id, '0.0005');
    await cancelFilled(mine, jobId, false);
    await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_remaining = 0 WHERE id = ?", [id]);
    exchange.fillPart(client_order_id, '0.0005');
    await cancelFilled(mine, jobId, true);
    const own = await positionOf(jobId);
    expect([own.status, own.qty_remaining.toFixed(), own.price_open.toFixed()]).toEqual(['OPEN', '0.0005', '100000']);
    expect(await t.db.prisma.tradePosition.findUnique({ where: { id } })).toMatchObject({ status: 'CLOSED' });
  });

  /** Books what the exchange reports of a resting order. */
  async function cancelFilled(mine: Owner, jobId: number, isLast: boolean): Promise<void> {
    const { bookOutcome } = await import('../../orders/outcome/book-outcome.js');
    const [execution] = (await jobOf(jobId)).executions;
    const found = exchange.orders.get(execution?.client_order_id ?? '');
    if (!execution || !found) throw new Error('the order is not at the exchange');
    await bookOutcome(ctx, { executionId: execution.id, answer: { kind: 'reported', order: found } });
    if (isLast) await cancelOrder(ctx, mine.userId, { jobId });
  }
});

describe('a process that ends, or an exchange that misbehaves, at a point of the order', () => {
  it.each<[string, FaultMode, string, string]>([
    ['after the execution was committed, before it was sent', 'crash', 'FILLED', '900'],
    ['after the order was sent, without its answer', 'lose', 'FILLED', '900'],
    ['because the order did not arrive', 'drop', 'FILLED', '900'],
    ['because the exchange asks to wait', 'hold', 'FILLED', '900'],
    ['because the exchange refuses it', 'refuse', 'FAILED', '1000'],
  ])('%s: one order, and the books are right', async (_what, fault, status, balance) => {
    const mine = await owner();
    const jobId = await placed(mine, { vaultId: mine.vaultId });
    exchange.faultMode = fault;
    await execute({ id: jobId });
    exchange.faultMode = 'accept';
    await recoverFully({ ...ctx, clock }, execute);
    // The sweep of the executor does this for a job that stayed PENDING.
    await execute({ id: jobId });
    expect(await jobOf(jobId)).toMatchObject({ status });
    expect(exchange.orders.size).toBe(status === 'FILLED' ? 1 : 0);
    expect(await vaultOf(t.db, mine.vaultId)).toEqual({ balance, reserved: '0' });
  });
});

describe('what the preview says', () => {
  const change = fc.oneof(
    fc.record({ kind: fc.constant('price' as const), bps: fc.integer({ min: -300, max: 300 }) }),
    fc.record({ kind: fc.constant('balance' as const), to: fc.integer({ min: 0, max: 1_200 }) }),
    fc.record({ kind: fc.constant('pause' as const) }),
    fc.record({ kind: fc.constant('nothing' as const) }),
  );
  const asked = fc.record({
    isLimit: fc.boolean(),
    isAmount: fc.boolean(),
    hasVault: fc.boolean(),
    amount: fc.integer({ min: 20, max: 999 }),
  });

  it('is what happens, or the refusal names what changed', async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(asked, change, fc.boolean(), async (what, then, isBefore) => {
        price = '100000';
        exchange.sent.length = 0;
        const mine = await owner({ vault: '1000', free: '1000' });
        const part: Partial<PlaceOrderInput> = {
          vaultId: what.hasVault ? mine.vaultId : null,
          ...(what.isLimit && { orderType: 'LIMIT', limitPrice: '99000' }),
          ...(what.isAmount
            ? { quoteAmount: String(what.amount) }
            : { quoteAmount: null, quantity: d(String(what.amount)).div('110000').toFixed(8) }),
        };
        const preview = await previewed(mine, part);
        const expected = { price: preview.price.toFixed(), quantity: preview.quantity.toFixed() };
        const apply = async () => {
          if (then.kind === 'price')
            price = d('100000')
              .mul(d(String(10_000 + then.bps)))
              .div('10000')
              .toFixed();
          if (then.kind === 'pause')
            await t.db.query('UPDATE exchange_accounts SET entries_paused_at = NOW(3) WHERE id = ?', [mine.accountId]);
          if (then.kind !== 'balance') return;
          await t.db.query('UPDATE vault_balances SET balance = ? WHERE vault_id = ?', [then.to, mine.vaultId]);
          await t.db.query('UPDATE account_balances_cache SET free = ? WHERE exchange_account_id = ?', [
            ...[then.to, mine.accountId],
          ]);
        };
        // The change comes before the order is placed, or between that and the executor.
        if (isBefore) await apply();
        const answer = await placeOrder(ctx, mine.userId, order(mine, { ...part, expected }));
        if (!isBefore) await apply();
        let reason: string | null = answer.ok ? null : answer.code;
        if (answer.ok) {
          await execute({ id: answer.jobId });
          reason = (await jobOf(answer.jobId)).reason_code;
        }
        seen[reason ?? 'traded'] = (seen[reason ?? 'traded'] ?? 0) + 1;
        if (reason !== null) {
          expect(exchange.sent).toEqual([]);
          const allowed = {
            price: /^(SLIPPAGE_EXCEEDED)$/,
            balance: /^(INSUFFICIENT_BALANCE|PREVIEW_CHANGED)$/,
            pause: /^ENTRIES_PAUSED$/,
            nothing: /^never$/,
          }[then.kind];
          expect(reason).toMatch(allowed);
          return;
        }
        const [sent, ...more] = exchange.sent;
        expect(more).toEqual([]);
        expect([
          sent?.type,
          d(sent?.quantity ?? '0').toFixed(),
          sent?.limitPrice && d(sent.limitPrice).toFixed(),
        ]).toEqual([...[preview.orderType, preview.quantity.toFixed(), preview.limitPrice?.toFixed()]]);
      }),
      { numRuns: 60, seed: 7 },
    );
    expect(Object.keys(seen).sort()).toEqual([
      ...['ENTRIES_PAUSED', 'INSUFFICIENT_BALANCE', 'PREVIEW_CHANGED', 'SLIPPAGE_EXCEEDED', 'traded'],
    ]);
  }, 60_000);
});
