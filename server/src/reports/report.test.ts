import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { d, sum, ZERO, type D } from '../core/money/money.js';
import {
  DAY_MS,
  figuresOf,
  filterOf,
  group,
  picked,
  quoteOf,
  recompute,
  reportFilters,
  sorted,
  text,
  type Slow,
} from '../testing/worlds/recompute-report.js';
import { eventToJob, makeReportWorld, type ReportWorld } from '../testing/worlds/report-world.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import type { RedisLink } from '../infra/redis/redis.js';
import type { ReportFilter } from './report-scope.js';
import { reportScope } from './report-scope.js';
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

describe('every sum is what a slow recomputation from all rows gives, for any filter', () => {
  const scopeOf = async (filter: ReportFilter) => {
    const found = await reportScope(api.ctx, user.id, filter);
    if (!found.ok) throw new Error(found.message);
    return found.scope;
  };

  it('by symbol, account, source, result, day and in total', async () => {
    let trades = 0;
    await fc.assert(
      fc.asyncProperty(reportFilters, async (drawn) => {
        const filter = filterOf(world, drawn);
        const scope = await scopeOf(filter);
        const slow = await recompute(t.db, user.id, filter);
        trades += slow.closed.length;
        const keys = {
          symbol: (row: Slow['closed'][number]) => row.symbol,
          account: (row: Slow['closed'][number]) => String(row.exchange_account_id),
          source: (row: Slow['closed'][number]) => String(row.open_job.webhook_event?.webhook_source_id ?? null),
          total: () => '',
          // Counted from above, so that a fault of the order of the bounds shows.
          result: (row: Slow['closed'][number]) => {
            const invested = d(row.qty_total.toFixed()).mul(d(row.price_open.toFixed()));
            const pct = d(row.realized_profit_usd.toFixed()).mul(d('100')).div(invested);
            return String([-10, -5, -2, -1, 0, 1, 2, 5, 10].filter((edge) => pct.gte(d(String(edge)))).length);
          },
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
      fc.asyncProperty(reportFilters, async (drawn) => {
        const filter = filterOf(world, drawn);
        const scope = await scopeOf(filter);
        const slow = await recompute(t.db, user.id, filter);
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

  it('the open exposure at the latest prices', async () => {
    const scope = await scopeOf(
      filterOf(world, { account: null, source: null, symbol: null, fromDay: null, days: null, timeZone: 'UTC' }),
    );
    const slow = await recompute(t.db, user.id, {
      ...{ ...scope, symbols: undefined, accountIds: undefined, sourceIds: undefined },
      ...{ accountId: null, sourceId: null, symbol: null },
    });
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
      filterOf(world, { account: null, source: null, symbol: null, fromDay: 3, days: 20, timeZone: 'UTC' }),
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
    summary { ${FIGURES} realized maxDrawdown sharpe } bySymbol { symbol ${FIGURES} } byResult { fromPct toPct ${FIGURES} } byDay { day ${FIGURES} realized }
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
      'byResult',
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
