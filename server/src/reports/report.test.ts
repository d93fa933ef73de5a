import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Decimal } from 'decimal.js';
import { d, sum, ZERO, type D } from '../core/money/money.js';
import { eventToJob, makeReportWorld, type ReportWorld } from '../testing/worlds/report-world.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import type { RedisLink } from '../infra/redis/redis.js';
import type { ReportFilter } from './report-scope.js';
import { reportScope } from './report-scope.js';
import { compareBy } from './comparison.js';
import { closedBy, curvesOf, daysOf, exposureOf, summaryOf } from './report-parts.js';
import { readFees, readVaultMoves, readWebhooks } from './report.store.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
let world: ReportWorld;
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: t.db, redis });
  user = await api.newUser();
  world = await makeReportWorld(t.db, { userId: user.id, positions: 160, seed: 11 });
  // A neighbor with the same symbols and times, whose rows must never count.
  await makeReportWorld(t.db, { userId: (await api.newUser()).id, positions: 60, seed: 12 });
}, 120_000);
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});

const DAY_MS = 86_400_000;
const ZONES = ['UTC', 'America/Sao_Paulo', 'Australia/Lord_Howe'];
const filters = fc.record({
  account: fc.option(fc.integer({ min: 0, max: 1 }), { freq: 1 }),
  source: fc.option(fc.integer({ min: 0, max: 1 }), { freq: 1 }),
  symbol: fc.option(fc.constantFrom('BTC/USDT', 'ETHUSDT', 'eth-btc'), { freq: 1 }),
  fromDay: fc.option(fc.integer({ min: -5, max: 30 }), { freq: 1 }),
  days: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 1 }),
  timeZone: fc.constantFrom(...ZONES),
});
type Drawn = typeof filters extends fc.Arbitrary<infer T> ? T : never;

function filterOf({ account, source, symbol, fromDay, days, timeZone }: Drawn): ReportFilter {
  const from = fromDay === null ? null : new Date(world.startMs + fromDay * DAY_MS);
  return {
    ...{ tradeMode: 'SIMULATION', symbol, timeZone, from },
    accountId: account === null ? null : (world.accountIds[account] ?? null),
    sourceId: source === null ? null : (world.sourceIds[source] ?? null),
    to: days === null ? null : new Date((from?.getTime() ?? world.startMs) + days * DAY_MS),
  };
}

const SYMBOLS: Record<string, string> = { 'BTC/USDT': 'BTC/USDT', ETHUSDT: 'ETH/USDT', 'eth-btc': 'ETH/BTC' };
const dayIn = (zone: string) => {
  const clock = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' });
  return (at: Date) => clock.format(at);
};
const quoteOf = (symbol: string) => symbol.split('/')[1] ?? '';
const text = (value: { toFixed(): string } | null) => (value === null ? '0' : d(value.toFixed()).toFixed());

/** The slow way: every row of the owner, in code. */
async function recompute(filter: ReportFilter) {
  const from = filter.from ?? new Date(0);
  const to = filter.to ?? new Date(Date.now() + 1);
  const isWithin = (at: Date | null): at is Date => at !== null && at >= from && at < to;
  const all = await t.db.prisma.tradePosition.findMany({
    where: { exchange_account: { user_id: user.id }, trade_mode: 'SIMULATION' },
    include: { fills: true, open_job: { include: { webhook_event: true } } },
  });
  const mine = all.filter(
    ({ exchange_account_id, symbol, open_job }) =>
      (filter.accountId === null || exchange_account_id === filter.accountId) &&
      (filter.symbol === null || symbol === SYMBOLS[filter.symbol]) &&
      (filter.sourceId === null || open_job.webhook_event?.webhook_source_id === filter.sourceId),
  );
  const closed = mine.filter(({ status, closed_at }) => status === 'CLOSED' && isWithin(closed_at));
  const day = dayIn(filter.timeZone);
  const parts = mine.flatMap(({ symbol, fills, write_off_quote, written_off_at }) => [
    ...fills
      .filter(({ filled_at }) => isWithin(filled_at))
      .map(({ filled_at, realized_quote }) => ({
        ...{ quote: quoteOf(symbol), day: day(filled_at), amount: d(realized_quote.toFixed()) },
      })),
    ...(isWithin(written_off_at)
      ? [{ quote: quoteOf(symbol), day: day(written_off_at), amount: d(write_off_quote.toFixed()) }]
      : []),
  ]);
  const fees = mine
    .flatMap(({ fills }) => fills)
    .filter(({ filled_at, fee_amount }) => isWithin(filled_at) && !fee_amount.isZero());
  return { mine, closed, parts, fees, day };
}
type Slow = Awaited<ReturnType<typeof recompute>>;

const sumMs = (closed: Slow['closed']): number =>
  closed.reduce((total, { created_at, closed_at }) => total + (Number(closed_at) - Number(created_at)), 0);
const returnOf = (net: D, invested: D): string | null =>
  invested.isZero() ? null : text(net.mul('100').div(invested).toDecimalPlaces(18, Decimal.ROUND_DOWN));

function figuresOf(closed: Slow['closed']) {
  const results = closed.map((row) => d(row.realized_profit_usd.toFixed()));
  const wins = results.filter((one) => one.gt(0));
  const losses = results.filter((one) => one.lt(0));
  const invested = sum(
    closed.map(({ qty_total, price_open }) =>
      d(qty_total.toFixed()).mul(d(price_open.toFixed())).toDecimalPlaces(18, Decimal.ROUND_HALF_UP),
    ),
  );
  return {
    ...{ trades: closed.length, wins: wins.length, losses: losses.length },
    ...{ net: text(sum(results)), grossProfit: text(sum(wins)), grossLoss: text(sum(losses).neg()) },
    fees: text(sum(closed.map((row) => d(row.fees_quote.toFixed())))),
    ...{ invested: text(invested), returnPct: returnOf(sum(results), invested) },
    averageHoldingSec: closed.length === 0 ? null : Math.round(sumMs(closed) / closed.length / 1000),
  };
}

const group = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};
const sorted = <T>(entries: readonly [string, T][]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1));

const picked = (part: {
  trades: number;
  wins: number;
  losses: number;
  net: D;
  grossProfit: D;
  grossLoss: D;
  fees: D;
  invested: D;
  returnPct: D | null;
  averageHoldingSec: number | null;
}) => ({
  ...{ invested: text(part.invested), returnPct: part.returnPct && text(part.returnPct) },
  averageHoldingSec: part.averageHoldingSec,
  ...{ trades: part.trades, wins: part.wins, losses: part.losses, net: text(part.net) },
  ...{ grossProfit: text(part.grossProfit), grossLoss: text(part.grossLoss), fees: text(part.fees) },
});

describe('every sum is what a slow recomputation from all rows gives, for any filter', () => {
  const scopeOf = async (filter: ReportFilter) => {
    const found = await reportScope(api.ctx, user.id, filter);
    if (!found.ok) throw new Error(found.message);
    return found.scope;
  };

  it('by symbol, account, source, day and in total', async () => {
    let trades = 0;
    await fc.assert(
      fc.asyncProperty(filters, async (drawn) => {
        const filter = filterOf(drawn);
        const scope = await scopeOf(filter);
        const slow = await recompute(filter);
        trades += slow.closed.length;
        const keys = {
          symbol: (row: Slow['closed'][number]) => row.symbol,
          account: (row: Slow['closed'][number]) => String(row.exchange_account_id),
          source: (row: Slow['closed'][number]) => String(row.open_job.webhook_event?.webhook_source_id ?? null),
          total: () => '',
        };
        for (const [by, keyOf] of Object.entries(keys) as [
          keyof typeof keys,
          (row: Slow['closed'][number]) => string,
        ][]) {
          const expected = [...group(slow.closed, (row) => `${keyOf(row)} ${quoteOf(row.symbol)}`)];
          const parts = await closedBy(t.db, scope, by);
          const got = parts.map((part): [string, object] => [`${String(part.key)} ${part.quote}`, picked(part)]);
          expect(sorted(got), by).toEqual(sorted(expected.map(([key, rows]) => [key, figuresOf(rows)])));
        }
        const days = await daysOf(t.db, scope);
        const closedDays = group(
          slow.closed,
          (row) => `${slow.day(row.closed_at ?? new Date())} ${quoteOf(row.symbol)}`,
        );
        const partDays = group(slow.parts, ({ day, quote }) => `${day} ${quote}`);
        const allDays = [...new Set([...closedDays.keys(), ...partDays.keys()])];
        expect(
          days.map((part): [string, object] => [
            `${part.day} ${part.quote}`,
            { ...picked(part), realized: text(part.realized) },
          ]),
        ).toEqual(
          sorted(
            allDays.map((key) => [
              key,
              {
                ...figuresOf(closedDays.get(key) ?? []),
                realized: text(sum((partDays.get(key) ?? []).map(({ amount }) => amount))),
              },
            ]),
          ),
        );
      }),
      { numRuns: 60, seed: 3 },
    );
    expect(trades).toBeGreaterThan(500);
  }, 120_000);

  it('the summary with drawdown and Sharpe ratio, the equity curve and the fees', async () => {
    let [curves, drawdowns] = [0, 0];
    await fc.assert(
      fc.asyncProperty(filters, async (drawn) => {
        const filter = filterOf(drawn);
        const scope = await scopeOf(filter);
        const slow = await recompute(filter);
        const byQuote = group(slow.parts, ({ quote }) => quote);
        const points: unknown[] = [];
        const worst = new Map<string, D>();
        for (const [quote, parts] of sorted([...byQuote])) {
          let [total, peak, most] = [ZERO, ZERO, ZERO];
          for (const [day, ofDay] of sorted([...group(parts, (part) => part.day)])) {
            const realized = sum(ofDay.map(({ amount }) => amount));
            total = total.add(realized);
            if (total.gt(peak)) peak = total;
            if (peak.sub(total).gt(most)) most = peak.sub(total);
            points.push([quote, day, text(realized), text(total), text(peak.sub(total))]);
          }
          worst.set(quote, most);
        }
        const curve = await curvesOf(t.db, scope);
        const got = curve.map(({ quote, day, realized, total, drawdown }) => [
          ...[quote, day, text(realized), text(total), text(drawdown)],
        ]);
        expect(got.toSorted()).toEqual(points.toSorted());
        curves += points.length;
        for (const part of await summaryOf(t.db, scope)) {
          const parts = byQuote.get(part.quote) ?? [];
          expect(text(part.realized)).toBe(text(sum(parts.map(({ amount }) => amount))));
          expect(text(part.maxDrawdown)).toBe(text(worst.get(part.quote) ?? ZERO));
          expect(part.sharpe?.toNumber() ?? null).toEqual(slowSharpe(parts, filter, slow.day));
          if (part.maxDrawdown.gt(0)) drawdowns += 1;
          const rows = slow.closed.filter(({ symbol }) => quoteOf(symbol) === part.quote);
          expect(picked(part)).toEqual(figuresOf(rows));
        }
        const fees = group(slow.fees, ({ fee_asset, side }) => `${fee_asset} ${side}`);
        expect(
          (await readFees(t.db, scope)).map((row) => [`${row.asset} ${row.side}`, text(d(row.amount)), row.fills]),
        ).toEqual(
          sorted([...fees]).map(([key, rows]) => [
            key,
            text(sum(rows.map(({ fee_amount }) => d(fee_amount.toFixed())))),
            rows.length,
          ]),
        );
      }),
      { numRuns: 30, seed: 4 },
    );
    expect(Math.min(curves, drawdowns)).toBeGreaterThan(20);
  }, 120_000);

  function slowSharpe(parts: Slow['parts'], filter: ReportFilter, day: (at: Date) => string): unknown {
    const days = group(parts, (part) => part.day);
    const [first] = [...days.keys()].toSorted();
    const last = day(new Date((filter.to ?? new Date()).getTime() - 1));
    if (first === undefined) return null;
    const results: number[] = [];
    for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) {
      const key = new Date(at).toISOString().slice(0, 10);
      results.push(Number(sum((days.get(key) ?? []).map(({ amount }) => amount))));
    }
    if (results.length < 2) return null;
    const mean = results.reduce((a, b) => a + b, 0) / results.length;
    const variance = results.reduce((a, b) => a + (b - mean) ** 2, 0) / (results.length - 1);
    return variance === 0 ? null : expect.closeTo((mean / Math.sqrt(variance)) * Math.sqrt(365), 6);
  }

  it('sources and accounts side by side, with their curves, drawdowns and signals', async () => {
    let [groups, curves] = [0, 0];
    const events = await t.db.prisma.webhookEvent.findMany({
      where: { webhook_source_id: { in: world.sourceIds } },
      include: { trade_jobs: true },
    });
    await fc.assert(
      fc.asyncProperty(filters, fc.constantFrom('source' as const, 'account' as const), async (drawn, by) => {
        const filter = filterOf(drawn);
        const scope = await scopeOf(filter);
        const slow = await recompute(filter);
        const idOf = (row: Slow['mine'][number]) =>
          by === 'account' ? row.exchange_account_id : (row.open_job.webhook_event?.webhook_source_id ?? null);
        const compared = await compareBy(t.db, scope, by);
        const expected = new Map(
          [...group(slow.mine, (row) => String(idOf(row)))].map(([id, rows]) => [id, slowResults(rows, slow, filter)]),
        );
        for (const { id, results, signals } of compared) {
          groups += 1;
          curves += results.reduce((all, { curve }) => all + curve.length, 0);
          const found = results.map((part) => ({
            ...{ quote: part.quote, ...picked(part), realized: text(part.realized) },
            ...{ maxDrawdown: text(part.maxDrawdown), curve: part.curve.map(({ day, total }) => [day, text(total)]) },
          }));
          expect(found, `${by} ${id}`).toEqual(expected.get(String(id)) ?? []);
          expected.delete(String(id));
          if (id === null) {
            expect(signals).toBeNull();
            continue;
          }
          const mine = events.filter(
            (one) =>
              (by === 'account' ? one.target_account_id : one.webhook_source_id) === id &&
              scope.accountIds.includes(one.target_account_id) &&
              scope.sourceIds.includes(one.webhook_source_id) &&
              (scope.symbol === null || one.symbol_normalized === scope.symbol) &&
              one.created_at >= scope.from &&
              one.created_at < scope.to,
          );
          const jobs = eventToJob(mine);
          expect(signals).toMatchObject({
            ...{ jobs: jobs.length, filled: jobs.filter(({ status }) => status === 'FILLED').length },
            skipped: jobs.filter(({ status }) => status === 'SKIPPED').length,
            ...(by === 'account' && { received: mine.length }),
          });
        }
        // Nothing with a result is left out.
        expect([...expected].filter(([, results]) => results.length > 0)).toEqual([]);
      }),
      { numRuns: 40, seed: 6 },
    );
    expect(Math.min(groups, curves)).toBeGreaterThan(60);
  }, 120_000);

  function slowResults(rows: Slow['mine'], slow: Slow, filter: ReportFilter) {
    const [from, to] = [filter.from ?? new Date(0), filter.to ?? new Date()];
    const isWithin = (at: Date | null): at is Date => at !== null && at >= from && at < to;
    const parts = rows.flatMap(({ symbol, fills, write_off_quote, written_off_at }) =>
      [
        ...fills.map(({ filled_at, realized_quote }) => ({ at: filled_at, amount: realized_quote })),
        { at: written_off_at, amount: write_off_quote },
      ].flatMap(({ at, amount }) =>
        isWithin(at) ? [{ quote: quoteOf(symbol), day: slow.day(at), amount: d(amount.toFixed()) }] : [],
      ),
    );
    const closed = rows.filter(({ id }) => slow.closed.some((one) => one.id === id));
    const quotes = new Set([...parts.map(({ quote }) => quote), ...closed.map(({ symbol }) => quoteOf(symbol))]);
    return [...quotes].toSorted().map((quote) => {
      let [total, peak, most] = [ZERO, ZERO, ZERO];
      const days = sorted([
        ...group(
          parts.filter((part) => part.quote === quote),
          ({ day }) => day,
        ),
      ]);
      const curve = days.map(([day, ofDay]) => {
        total = total.add(sum(ofDay.map(({ amount }) => amount)));
        if (total.gt(peak)) peak = total;
        if (peak.sub(total).gt(most)) most = peak.sub(total);
        return [day, text(total)];
      });
      const figures = figuresOf(closed.filter(({ symbol }) => quoteOf(symbol) === quote));
      return { quote, ...figures, realized: text(total), maxDrawdown: text(most), curve };
    });
  }

  it('the open exposure at the latest prices', async () => {
    const scope = await scopeOf(
      filterOf({ account: null, source: null, symbol: null, fromDay: null, days: null, timeZone: 'UTC' }),
    );
    const slow = await recompute({ ...scope, accountId: null, sourceId: null });
    const open = group(
      slow.mine.filter(({ status }) => status === 'OPEN'),
      ({ exchange_account_id, symbol }) => `${exchange_account_id} ${symbol}`,
    );
    const price = d('50000');
    const parts = await exposureOf(t.db, scope, () => (symbol) => (symbol === 'BTC/USDT' ? price : undefined));
    expect(
      parts.map((part) => [`${part.accountId} ${part.symbol}`, part.positions, text(part.quantity), text(part.cost)]),
    ).toEqual(
      sorted([...open]).map(([key, rows]) => [
        ...[key, rows.length, text(sum(rows.map((row) => d(row.qty_remaining.toFixed()))))],
        text(sum(rows.map((row) => d((row.cost_quote ?? ZERO).toFixed())))),
      ]),
    );
    for (const { symbol, quantity, cost, value, unrealized } of parts) {
      expect(value === null).toBe(symbol !== 'BTC/USDT');
      if (!value) continue;
      expect(text(value)).toBe(text(quantity.mul(price)));
      expect(text(unrealized)).toBe(text(value.sub(cost)));
    }
  });

  it('what moved in the vaults, and what the sources received', async () => {
    const scope = await scopeOf(
      filterOf({ account: null, source: null, symbol: null, fromDay: 3, days: 20, timeZone: 'UTC' }),
    );
    const moves = await t.db.prisma.vaultTransaction.findMany({ where: { vault: { user_id: user.id } } });
    const within = moves.filter(({ created_at }) => created_at >= scope.from && created_at < scope.to);
    const of = (type: string, sign = '1') =>
      text(
        sum(within.filter((move) => move.type === type).map((move) => d(move.balance_delta.toFixed()).mul(d(sign)))),
      );
    const [row] = await readVaultMoves(t.db, scope);
    expect(row && [row.deposits, row.withdrawals, row.spent, row.returned].map((one) => text(d(one)))).toEqual([
      ...[of('DEPOSIT'), of('WITHDRAWAL', '-1'), of('BUY_CONFIRM', '-1'), of('SELL_RETURN')],
    ]);
    const receipts = await t.db.prisma.webhookReceipt.findMany({
      where: { webhook_source_id: { in: world.sourceIds } },
    });
    const events = await t.db.prisma.webhookEvent.findMany({
      where: { webhook_source_id: { in: world.sourceIds } },
      include: { trade_jobs: true },
    });
    const expected = world.sourceIds.map((sourceId) => {
      const mine = receipts.filter(
        (one) => one.webhook_source_id === sourceId && one.received_at >= scope.from && one.received_at < scope.to,
      );
      const jobs = eventToJob(
        events.filter(
          (one) => one.webhook_source_id === sourceId && one.created_at >= scope.from && one.created_at < scope.to,
        ),
      );
      return {
        ...{ sourceId, received: mine.length, accepted: mine.filter(({ outcome }) => outcome === 'ACCEPTED').length },
        refused: mine.filter(({ outcome }) => outcome === 'REFUSED').length,
        unread: mine.filter(({ action }) => action === 'UNKNOWN').length,
        repeats: mine.reduce((total, { duplicates }) => total + duplicates, 0),
        ...{ jobs: jobs.length, filled: jobs.filter(({ status }) => status === 'FILLED').length },
        ...{ skipped: jobs.filter(({ status }) => status === 'SKIPPED').length, failed: 0 },
      };
    });
    expect(expected.some(({ received, jobs }) => received > 0 && jobs > 0)).toBe(true);
    expect(await readWebhooks(t.db, scope)).toEqual(expected);
  });
});

describe('over GraphQL', () => {
  const FIGURES =
    'quote trades wins losses breakEven net grossProfit grossLoss fees winRatePct profitFactor expectancy averageWin averageLoss invested returnPct averageHoldingSec';
  const QUERY = `query ($i: ReportInput!) { report(input: $i) { tradeMode timeZone
    summary { ${FIGURES} realized maxDrawdown sharpe } bySymbol { symbol ${FIGURES} } byDay { day ${FIGURES} realized }
    comparison(by: SOURCE) { id label signals { received unread jobs filled skipped failed }
      results { ${FIGURES} realized maxDrawdown curve { day total } } }
    bySource { sourceId label ${FIGURES} } byAccount { account { id label } ${FIGURES} }
    equityCurve { quote day realized total drawdown } fees { asset side amount fills }
    openExposure { account { id } symbol quote positions quantity cost price value unrealized }
    vaults { vault { name } asset deposits withdrawals spent returned balance reserved }
    webhooks { sourceId label received accepted refused unread repeats jobs filled skipped failed } } }`;

  it('answers every part in one query', async () => {
    const answer = await api.send(
      QUERY,
      { i: { tradeMode: 'SIMULATION', timeZone: 'America/Sao_Paulo' } },
      user.cookie,
    );
    expect(answer.errors).toEqual([]);
    const report = answer.data?.report as unknown as Record<string, unknown[]>;
    for (const name of [
      'summary',
      'bySymbol',
      'byDay',
      'bySource',
      'byAccount',
      'equityCurve',
      'fees',
      'openExposure',
      'vaults',
      'webhooks',
      'comparison',
    ])
      expect(report[name]?.length, name).toBeGreaterThan(0);
  });

  it('refuses a zone that does not exist, an empty period, and what belongs to others', async () => {
    const send = (i: object) =>
      api.send(
        'query ($i: ReportInput!) { report(input: $i) { timeZone } }',
        { i: { tradeMode: 'SIMULATION', ...i } },
        user.cookie,
      );
    expect((await send({ timeZone: 'Mars/Olympus' })).errors[0]?.extensions.fields).toMatchObject([
      { path: 'timeZone' },
    ]);
    const now = new Date().toISOString();
    expect((await send({ from: now, to: now })).errors[0]?.extensions.fields).toMatchObject([{ path: 'to' }]);
    expect((await send({ accountId: '999999' })).code).toBe('NOT_FOUND');
    expect((await send({ sourceId: '999999' })).code).toBe('NOT_FOUND');
  });
});
