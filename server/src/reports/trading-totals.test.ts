import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Decimal } from 'decimal.js';
import { d, ZERO, type D } from '../core/money/money.js';
import { closePosition, type PositionState } from '../core/position/position.js';
import { Batch } from '../infra/database/database.js';
import { addFills, addPositionState, POSITION_COLUMNS, positionState } from '../orders/stores/trade-position.store.js';
import { addRecomputed } from '../positions/position-writes.store.js';
import { makeAccount, makeJob, makePosition, makeSource, makeUser, makeVault } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { readDashboardSums, type DashboardScope } from './dashboard.store.js';
import { countChanges } from './trading-totals.store.js';

let t: TestDatabase;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.drop());

const DAY = new Date('2026-11-24T03:00:00Z');
const MORNING = Date.parse('2026-11-24T08:00:00Z');

type Filter = Pick<DashboardScope, 'accountIds' | 'sourceIds' | 'symbols'>;

/** What the dashboard shows, summed over all positions and fills of a user that a filter allows. */
async function recomputed(userId: number, { accountIds, sourceIds, symbols }: Filter = {}) {
  const all = await t.db.prisma.tradePosition.findMany({
    where: { exchange_account: { user_id: userId } },
    include: { fills: true },
  });
  const positions = all.filter(
    (one) =>
      (accountIds?.includes(one.exchange_account_id) ?? true) &&
      (symbols?.includes(one.symbol) ?? true) &&
      (sourceIds?.includes(one.webhook_source_id ?? 0) ?? true),
  );
  const add = (sum: D, value: { toFixed(): string }) => sum.add(d(value.toFixed()));
  let [open, qty, cost, total, today, wins, losses] = [0, ZERO, ZERO, ZERO, ZERO, 0, 0];
  for (const position of positions) {
    const realized = d(position.realized_profit_usd.toFixed());
    total = total.add(realized);
    if (position.status === 'OPEN') {
      open += 1;
      qty = add(qty, position.qty_remaining);
      cost = add(cost, position.cost_quote ?? position.qty_remaining.mul(position.price_open));
    } else if (realized.gt(0)) wins += 1;
    else if (realized.lt(0)) losses += 1;
    for (const fill of position.fills) if (fill.filled_at >= DAY) today = add(today, fill.realized_quote);
    if (position.written_off_at && position.written_off_at >= DAY) today = add(today, position.write_off_quote);
  }
  return {
    open,
    qty: qty.toFixed(),
    cost: cost.toFixed(),
    total: total.toFixed(),
    today: today.toFixed(),
    wins,
    losses,
  };
}

async function shown(userId: number, filter: Filter = {}): Promise<Awaited<ReturnType<typeof recomputed>>> {
  const sums = await readDashboardSums(t.db, { userId, tradeMode: 'SIMULATION', dayStart: DAY, ...filter });
  const total = (values: readonly string[]) => values.reduce((sum, value) => sum.add(d(value)), ZERO).toFixed();
  return {
    open: sums.open.reduce((count, { positions }) => count + positions, 0),
    qty: total(sums.open.map(({ qty }) => qty)),
    cost: total(sums.open.map(({ cost }) => cost)),
    total: total(sums.realized.map((row) => row.total)),
    today: total(sums.realizedToday.map((row) => row.total)),
    wins: sums.realized.reduce((count, { wins }) => count + Number(wins), 0),
    losses: sums.realized.reduce((count, { losses }) => count + Number(losses), 0),
  };
}

async function readState(id: number): Promise<PositionState> {
  const [row] = await t.db.query<Record<string, unknown>[]>(
    `SELECT ${POSITION_COLUMNS} FROM trade_positions p WHERE p.id = ?`,
    [id],
  );
  if (!row) throw new Error('the position is gone');
  return positionState(row);
}

let trades = 0;
/** A sell of part of a position: its numbers and its fill. */
async function sell(id: number, accountId: number, { share, profit, at }: { share: D; profit: D; at: number }) {
  const state = await readState(id);
  const qty = state.qtyRemaining.mul(share).toDecimalPlaces(18, Decimal.ROUND_DOWN);
  const position = await t.db.prisma.tradePosition.findUniqueOrThrow({ where: { id }, include: { fills: true } });
  const batch = new Batch();
  addPositionState(
    batch,
    {
      ...state,
      qtyRemaining: state.qtyRemaining.sub(qty),
      cost: state.cost.mul(d('1').sub(share)).toDecimalPlaces(18),
      realizedPnl: state.realizedPnl.add(profit),
    },
    at,
  );
  const fill = {
    ...{ positionId: id, side: 'SELL' as const, qty, price: d('1'), tradeId: `sell${++trades}`, at },
    ...{ feeAmount: ZERO, feeAsset: 'USDT', realized: profit },
  };
  const owner = { executionId: position.fills[0]?.trade_execution_id ?? 0, accountId, symbol: position.symbol };
  addFills(batch, owner, [fill]);
  await t.db.run(batch);
}

const close = async (id: number, price: string, at: number) => {
  const state = await readState(id);
  const batch = new Batch();
  if (state.status === 'OPEN') addPositionState(batch, closePosition(state, 'MANUAL', at, d(price)), at);
  await t.db.run(batch);
};

const reopen = async (id: number, at: number) => {
  const state = await readState(id);
  const batch = new Batch();
  addPositionState(
    batch,
    {
      ...{ ...state, status: 'OPEN' as const, closeReason: null, closedAt: null },
      ...{ qtyTotal: state.qtyTotal.add('0.5'), qtyRemaining: state.qtyRemaining.add('0.5') },
    },
    at,
  );
  await t.db.run(batch);
};

const step = fc.record({
  what: fc.constantFrom('open', 'sell', 'close', 'reopen', 'recompute', 'count'),
  which: fc.nat(3),
  share: fc.integer({ min: 1, max: 100 }).map((pct) => d(`${pct}`).div('100')),
  profit: fc.bigInt(-(10n ** 19n), 10n ** 19n).map((units) => d(String(units)).div('1000000000000000000')),
  at: fc.integer({ min: -30 * 3_600_000, max: 3_600_000 }).map((offset) => MORNING + offset),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
const drawnFilter = fc.record({
  accounts: fc.option(fc.subarray([0, 1])),
  sources: fc.option(fc.subarray([0, 1])),
  symbols: fc.option(fc.subarray(['BTC/USDT', 'ETH/BTC'])),
});

it('the totals are what all positions and fills of any filter add up to, to the last digit, counted or not', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 14 }), drawnFilter, async (steps, drawn) => {
      const { id: userId } = await makeUser(t.db);
      const accounts = [await makeAccount(t.db, { user_id: userId }), await makeAccount(t.db, { user_id: userId })];
      const sources = [
        await makeSource(t.db, { owner_user_id: userId }),
        await makeSource(t.db, { owner_user_id: userId }),
      ];
      const placed = (rows: { id: number }[], places: number[] | null) => places?.flatMap((at) => rows[at]?.id ?? []);
      const filter = {
        ...{ accountIds: placed(accounts, drawn.accounts), sourceIds: placed(sources, drawn.sources) },
        symbols: drawn.symbols ?? undefined,
      };
      const filters: Filter[] = [{}, filter, ...sources.map(({ id }) => ({ sourceIds: [id] }))];
      const agrees = async () => {
        for (const one of filters)
          expect(await shown(userId, one), JSON.stringify(one)).toEqual(await recomputed(userId, one));
      };
      const opened: { id: number; exchange_account_id: number }[] = [];
      const run = async ({ what, which, share, profit, at }: Step) => {
        if (what === 'count') return countChanges(t.db);
        const position = opened[which % Math.max(opened.length, 1)];
        if (what === 'open' || !position) {
          const symbol = which % 2 === 0 ? 'BTC/USDT' : 'ETH/BTC';
          const made = { exchange_account_id: accounts[which % 2]?.id ?? 0, symbol, qty_total: '1.000000000000000001' };
          // By hand, or by a signal of one of the sources.
          const webhook_source_id = sources[Math.trunc(at / 1000) % 3]?.id ?? null;
          const job = await makeJob(t.db, {
            exchange_account_id: made.exchange_account_id,
            symbol,
            status: 'FILLED',
            webhook_source_id,
          });
          return opened.push(await makePosition(t.db, { ...made, trade_job_id_open: job.id }));
        }
        if (what === 'sell') return sell(position.id, position.exchange_account_id, { share, profit, at });
        if (what === 'close') return close(position.id, '99', at);
        if (what === 'reopen') return reopen(position.id, at);
        const { fills } = await t.db.prisma.tradePosition.findUniqueOrThrow({
          where: { id: position.id },
          include: { fills: true },
        });
        const batch = new Batch();
        addRecomputed(batch, position.id, {
          ...{ fills: fills.map(({ id }) => ({ id, realized: profit })), cost: share, realizedPnl: profit },
          ...{ dustQty: ZERO, dustValue: ZERO, shortfallQty: ZERO, shortfallValue: ZERO },
          ...{ writeOff: profit, writtenOffAt: at },
        });
        return t.db.run(batch);
      };
      for (const one of steps) {
        await run(one);
        await agrees();
      }
      while ((await countChanges(t.db)) > 0);
      await agrees();
      const [left] = await t.db.query<{ n: number }[]>(
        'SELECT COUNT(*) AS n FROM trade_positions WHERE NOT is_counted',
      );
      expect(Number(left?.n)).toBe(0);
    }),
    { numRuns: 25 },
  );
}, 60_000);

it('counting leaves out what a booking holds, counts each row once, and keeps the time of the last change', async () => {
  const { id: userId } = await makeUser(t.db);
  const account = await makeAccount(t.db, { user_id: userId });
  const [held, free] = [
    await makePosition(t.db, { exchange_account_id: account.id }),
    await makePosition(t.db, { exchange_account_id: account.id }),
  ];
  const before = await t.db.prisma.tradePosition.findUniqueOrThrow({ where: { id: free.id } });
  await t.db.transaction(async (tx) => {
    await tx.query('SELECT id FROM trade_positions WHERE id = ? FOR UPDATE', [held.id]);
    await Promise.all([countChanges(t.db), countChanges(t.db)]);
    expect(await shown(userId)).toEqual(await recomputed(userId));
    await tx.rollback();
  });
  const flags = await t.db.prisma.tradePosition.findMany({
    where: { id: { in: [held.id, free.id] } },
    select: { id: true, is_counted: true, updated_at: true },
  });
  expect(flags).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id: held.id, is_counted: false }),
      { id: free.id, is_counted: true, updated_at: before.updated_at },
    ]),
  );
  await Promise.all([1, 2, 3].map(() => countChanges(t.db)));
  expect(await shown(userId)).toEqual(await recomputed(userId));
  const [total] = await t.db.query<{ n: number }[]>(
    "SELECT open_positions AS n FROM trading_totals WHERE exchange_account_id = ? AND period_start = '1970-01-01'",
    [account.id],
  );
  expect(Number(total?.n)).toBe(2);
});

it('what orders reserve is narrowed to the orders of a filter, and without one is what the vaults keep', async () => {
  const { id: userId } = await makeUser(t.db);
  const account = async () => (await makeAccount(t.db, { user_id: userId })).id;
  const [first, second] = [await account(), await account()];
  const [one, two] = [
    await makeSource(t.db, { owner_user_id: userId }),
    await makeSource(t.db, { owner_user_id: userId }),
  ];
  const vault = await makeVault(t.db, { user_id: userId, balances: { USDT: '1000', BTC: '1' } });
  const reserve = async (asset: string, amount: string, job: Parameters<typeof makeJob>[1] & { ended?: boolean }) => {
    const { ended, ...columns } = job;
    const { id } = await makeJob(t.db, { ...columns, vault_id: vault.id });
    const entry = (type: string, delta: string) => ({
      vault_id: vault.id,
      trade_job_id: id,
      type,
      asset,
      amount,
      balance_delta: '0',
      reserved_delta: delta,
    });
    await t.db.prisma.vaultTransaction.createMany({
      data: [entry('BUY_RESERVE', amount), ...(ended ? [entry('BUY_CANCEL', `-${amount}`)] : [])],
    });
    if (!ended) {
      await t.db.query(
        'UPDATE vault_balances SET reserved = reserved + CAST(? AS DECIMAL(36,18)) WHERE vault_id = ? AND asset = ?',
        [...[amount, vault.id, asset]],
      );
    }
  };
  const btc = { exchange_account_id: first, symbol: 'BTC/USDT' };
  await reserve('USDT', '10.000000000000000001', { ...btc, status: 'EXECUTING', webhook_source_id: one.id });
  await reserve('USDT', '20', {
    ...btc,
    exchange_account_id: second,
    status: 'PENDING_LIMIT',
    webhook_source_id: two.id,
  });
  await reserve('USDT', '40', { ...btc, symbol: 'ETH/USDT', status: 'PARTIALLY_FILLED' });
  await reserve('BTC', '0.5', { ...btc, symbol: 'ETH/BTC', status: 'PENDING', webhook_source_id: one.id });
  await reserve('USDT', '80', { ...btc, status: 'CANCELED', webhook_source_id: one.id, ended: true });
  const held = async (filter: Filter) => {
    const sums = await readDashboardSums(t.db, { userId, tradeMode: 'SIMULATION', dayStart: DAY, ...filter });
    return Object.fromEntries(sums.reserved.map(({ asset, amount }) => [asset, d(amount).toFixed()]));
  };
  expect(await held({})).toEqual({ USDT: '70.000000000000000001', BTC: '0.5' });
  expect(await held({ accountIds: [first, second] })).toEqual(await held({}));
  expect(await held({ accountIds: [first] })).toEqual({ USDT: '50.000000000000000001', BTC: '0.5' });
  expect(await held({ sourceIds: [one.id] })).toEqual({ USDT: '10.000000000000000001', BTC: '0.5' });
  expect(await held({ symbols: ['BTC/USDT'] })).toEqual({ USDT: '30.000000000000000001' });
  expect(await held({ symbols: ['BTC/USDT'], sourceIds: [two.id], accountIds: [second] })).toEqual({ USDT: '20' });
  expect(await held({ symbols: [] })).toEqual({});
  expect(await held({ accountIds: [] })).toEqual({});
});
