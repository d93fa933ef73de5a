import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { d, sum, type D } from '../../core/money/money.js';
import type { Database } from '../../infra/database/database.js';
import type { ReportFilter } from '../../reports/report-scope.js';
import type { ReportWorld } from './report-world.js';

// Reports computed the slow way, from every row in code, to compare with what the statements sum up.

export const DAY_MS = 86_400_000;
const ZONES = ['UTC', 'America/Sao_Paulo', 'Australia/Lord_Howe'];
export const reportFilters = fc.record({
  account: fc.option(fc.integer({ min: 0, max: 1 }), { freq: 1 }),
  source: fc.option(fc.integer({ min: 0, max: 1 }), { freq: 1 }),
  symbol: fc.option(fc.constantFrom('BTC/USDT', 'ETHUSDT', 'eth-btc'), { freq: 1 }),
  fromDay: fc.option(fc.integer({ min: -5, max: 30 }), { freq: 1 }),
  days: fc.option(fc.integer({ min: 1, max: 60 }), { freq: 1 }),
  timeZone: fc.constantFrom(...ZONES),
  /** Several of each, by their places. */
  accounts: fc.option(fc.subarray([0, 1]), { freq: 1 }),
  sources: fc.option(fc.subarray([0, 1]), { freq: 1 }),
  symbols: fc.option(fc.subarray(['BTC/USDT', 'ETH/USDT', 'ETH/BTC']), { freq: 1 }),
});
type DrawnAll = typeof reportFilters extends fc.Arbitrary<infer T> ? T : never;
type Drawn = Omit<DrawnAll, 'accounts' | 'sources' | 'symbols'> &
  Partial<Pick<DrawnAll, 'accounts' | 'sources' | 'symbols'>>;

export function filterOf(
  world: ReportWorld,
  { account, source, symbol, fromDay, days, timeZone, accounts, sources, symbols }: Drawn,
): ReportFilter {
  const chosen = (ids: readonly number[], places: readonly number[] | null | undefined) =>
    places ? places.flatMap((place) => ids[place] ?? []) : undefined;
  const from = fromDay === null ? null : new Date(world.startMs + fromDay * DAY_MS);
  return {
    ...{ tradeMode: 'SIMULATION', symbol, timeZone, from },
    ...{ accountIds: chosen(world.accountIds, accounts), sourceIds: chosen(world.sourceIds, sources) },
    symbols: symbols ?? undefined,
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
export const quoteOf = (symbol: string) => symbol.split('/')[1] ?? '';
export const text = (value: { toFixed(): string } | null) => (value === null ? '0' : d(value.toFixed()).toFixed());

/** The slow way: every row of the owner, in code. */
export async function recompute(db: Database, userId: number, filter: ReportFilter) {
  const from = filter.from ?? new Date(0);
  const to = filter.to ?? new Date(Date.now() + 1);
  const isWithin = (at: Date | null): at is Date => at !== null && at >= from && at < to;
  const all = await db.prisma.tradePosition.findMany({
    where: { exchange_account: { user_id: userId }, trade_mode: 'SIMULATION' },
    include: { fills: true, open_job: { include: { webhook_event: true } } },
  });
  const mine = all.filter(
    ({ exchange_account_id, symbol, open_job }) =>
      (filter.accountId === null || exchange_account_id === filter.accountId) &&
      (filter.symbol === null || symbol === SYMBOLS[filter.symbol]) &&
      (filter.accountIds?.includes(exchange_account_id) ?? true) &&
      (filter.symbols?.includes(symbol) ?? true) &&
      (filter.sourceIds?.includes(open_job.webhook_event?.webhook_source_id ?? 0) ?? true) &&
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
export type Slow = Awaited<ReturnType<typeof recompute>>;

const sumMs = (closed: Slow['closed']): number =>
  closed.reduce((total, { created_at, closed_at }) => total + (Number(closed_at) - Number(created_at)), 0);
const returnOf = (net: D, invested: D): string | null =>
  invested.isZero() ? null : text(net.mul('100').div(invested).toDecimalPlaces(18, Decimal.ROUND_DOWN));

export function figuresOf(closed: Slow['closed']) {
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

export const group = <T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row]);
  return groups;
};
export const sorted = <T>(entries: readonly [string, T][]) => entries.toSorted(([a], [b]) => (a < b ? -1 : 1));

export const picked = (part: {
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
