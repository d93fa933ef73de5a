import { d, roundMoney, sum, ZERO, type D } from '../core/money/money.js';
import type { PriceVenue } from '../core/price/price-key.js';
import type { PriceOf } from '../core/position/valuation.js';
import {
  equityCurve,
  maxDrawdown,
  returnPct,
  sharpeRatio,
  tradeFigures,
  type CurvePoint,
  type DayResult,
  type TradeFigures,
} from '../core/reports/performance.js';
import { dateAt } from '../core/time/zone-offsets.js';
import type { Database } from '../infra/database/database.js';
import type { ZonedScope } from './report-scope.js';
import {
  readClosed,
  readOpen,
  readRealizedByDay,
  type ClosedKey,
  type ClosedRow,
  type OpenRow,
} from './report.store.js';

type Db = Pick<Database, 'query'>;

/** Closed positions of one group and one quote asset. */
export interface ClosedPart extends TradeFigures {
  key: string | number | null;
  quote: string;
  trades: number;
  wins: number;
  losses: number;
  breakEven: number;
  grossProfit: D;
  grossLoss: D;
  fees: D;
  invested: D;
  returnPct: D | null;
  /** Whole seconds; null without a trade. */
  averageHoldingSec: number | null;
}

export function toPart({ key, quote, trades, wins, losses, profit, loss, ...rest }: ClosedRow): ClosedPart {
  const sums = { trades, wins, losses, grossProfit: d(profit), grossLoss: d(loss) };
  const [fees, invested] = [d(rest.fees), d(rest.invested)];
  const figures = tradeFigures(sums);
  return {
    ...{ key, quote, ...sums, breakEven: trades - wins - losses, fees, invested, ...figures },
    returnPct: returnPct(figures.net, invested),
    averageHoldingSec: trades === 0 ? null : Math.round(rest.heldMs / trades / 1000),
  };
}

export const closedBy = async (db: Db, scope: ZonedScope, by: ClosedKey): Promise<ClosedPart[]> =>
  (await readClosed(db, scope, by)).map(toPart);

/** All of one quote asset. */
export interface SummaryPart extends ClosedPart {
  /** By fills and write-offs of the period; `net` counts the positions that were closed in it. */
  realized: D;
  maxDrawdown: D;
  sharpe: D | null;
}

export async function summaryOf(db: Db, scope: ZonedScope): Promise<SummaryPart[]> {
  const [closed, days] = await Promise.all([closedBy(db, scope, 'total'), realizedDays(db, scope)]);
  const quotes = [...new Set([...closed.map(({ quote }) => quote), ...days.keys()])].sort();
  return quotes.map((quote) => {
    const part = closed.find((one) => one.quote === quote) ?? toPart(nothing(quote));
    const mine = days.get(quote) ?? [];
    return {
      ...part,
      realized: sum(mine.map(({ realized }) => realized)),
      maxDrawdown: maxDrawdown(equityCurve(mine)),
      sharpe: mine[0] ? sharpeRatio(mine, periodOf(scope, mine[0].day)) : null,
    };
  });
}

export const nothing = (quote: string, key: ClosedRow['key'] = null): ClosedRow => ({
  ...{ key, quote, trades: 0, wins: 0, losses: 0, profit: '0', loss: '0', fees: '0', invested: '0', heldMs: 0 },
});

/** From the first result, because a report over all time would otherwise count years without an account. */
const periodOf = ({ to, offsets }: ZonedScope, first: string) => ({ first, last: dateAt(to.getTime() - 1, offsets) });

async function realizedDays(db: Db, scope: ZonedScope): Promise<Map<string, DayResult[]>> {
  const days = new Map<string, DayResult[]>();
  for (const { day, quote, realized } of await readRealizedByDay(db, scope, scope)) {
    const mine = days.get(quote) ?? [];
    days.set(quote, mine);
    mine.push({ day, realized: d(realized) });
  }
  return days;
}

export interface DayPart extends ClosedPart {
  day: string;
  realized: D;
}

/** Each day with a result or a closed position. */
export async function daysOf(db: Db, scope: ZonedScope): Promise<DayPart[]> {
  const [closed, realized] = await Promise.all([closedBy(db, scope, { day: scope.offsets }), realizedDays(db, scope)]);
  const parts = new Map<string, DayPart>();
  for (const part of closed) {
    const day = String(part.key);
    parts.set(`${day} ${part.quote}`, { ...part, day, realized: ZERO });
  }
  for (const [quote, days] of realized) {
    for (const { day, realized: amount } of days) {
      const key = `${day} ${quote}`;
      parts.set(key, { ...(parts.get(key) ?? toPart(nothing(quote))), key: day, day, realized: amount });
    }
  }
  return [...parts.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part);
}

export async function curvesOf(db: Db, scope: ZonedScope): Promise<(CurvePoint & { quote: string })[]> {
  const days = await realizedDays(db, scope);
  return [...days].flatMap(([quote, mine]) => equityCurve(mine).map((point) => ({ quote, ...point })));
}

/** What is open in one account and symbol, in its quote asset. Value and result are null without a price. */
export interface ExposurePart extends Omit<OpenRow, 'quantity' | 'cost'> {
  quote: string;
  quantity: D;
  cost: D;
  price: D | null;
  value: D | null;
  unrealized: D | null;
}

export async function exposureOf(
  db: Db,
  scope: ZonedScope,
  pricesOf: (venue: PriceVenue) => PriceOf,
): Promise<ExposurePart[]> {
  return (await readOpen(db, scope)).map(({ quantity: text, cost: costText, ...row }) => {
    const [quantity, cost] = [d(text), d(costText)];
    const price = pricesOf(row.venue as PriceVenue)(row.symbol) ?? null;
    const value = price && roundMoney(price.mul(quantity));
    const quote = row.symbol.split('/')[1] ?? '';
    return { ...row, quote, quantity, cost, price, value, unrealized: value && value.sub(cost) };
  });
}
