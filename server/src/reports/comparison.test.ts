import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { d, sum, ZERO } from '../core/money/money.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import {
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
import { compareBy } from './comparison.js';
import { reportScope, type ReportFilter } from './report-scope.js';

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

it('sources and accounts side by side, with their curves, drawdowns and signals', async () => {
  let [groups, curves] = [0, 0];
  const events = await t.db.prisma.webhookEvent.findMany({
    where: { webhook_source_id: { in: world.sourceIds } },
    include: { trade_jobs: true },
  });
  await fc.assert(
    fc.asyncProperty(reportFilters, fc.constantFrom('source' as const, 'account' as const), async (drawn, by) => {
      const filter = filterOf(world, drawn);
      const found = await reportScope(api.ctx, user.id, filter);
      if (!found.ok) throw new Error(found.message);
      const { scope } = found;
      const slow = await recompute(t.db, user.id, filter);
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
            (scope.symbols === null || scope.symbols.includes(one.symbol_normalized)) &&
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
