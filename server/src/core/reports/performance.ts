import { d, roundMoney, sum, ZERO, type D } from '../money/money.js';

/** Sums over closed positions of one quote asset, in that asset. */
export interface ClosedSums {
  trades: number;
  wins: number;
  losses: number;
  /** The sum of all profits, and of all losses as a positive number. */
  grossProfit: D;
  grossLoss: D;
}

export interface TradeFigures {
  net: D;
  /** null without a trade. */
  winRatePct: D | null;
  /** Gross profit / gross loss; null without a loss. */
  profitFactor: D | null;
  /** The average result of a trade; null without one. */
  expectancy: D | null;
  averageWin: D | null;
  averageLoss: D | null;
}

const PCT = d('100');
const per = (total: D, count: number): D | null => (count === 0 ? null : roundMoney(total.div(d(String(count)))));

export function tradeFigures({ trades, wins, losses, grossProfit, grossLoss }: ClosedSums): TradeFigures {
  const net = grossProfit.sub(grossLoss);
  return {
    net,
    winRatePct: per(PCT.mul(d(String(wins))), trades),
    profitFactor: grossLoss.isZero() ? null : roundMoney(grossProfit.div(grossLoss)),
    expectancy: per(net, trades),
    averageWin: per(grossProfit, wins),
    averageLoss: per(grossLoss, losses),
  };
}

/** A result in percent of what was invested; null when nothing was. */
export const returnPct = (net: D, invested: D): D | null =>
  invested.isZero() ? null : roundMoney(PCT.mul(net).div(invested));

/** What was realized on one day. */
export interface DayResult {
  /** 'YYYY-MM-DD' in the zone of the report. */
  day: string;
  realized: D;
}

export interface CurvePoint extends DayResult {
  /** Realized since the start of the report, at the end of the day. */
  total: D;
  /** How far the total is below its highest value so far; the start counts as 0. */
  drawdown: D;
}

/** The running total of days in their order; days without a result have no point. */
export function equityCurve(days: readonly DayResult[]): CurvePoint[] {
  let [total, peak] = [ZERO, ZERO];
  return days.map(({ day, realized }) => {
    total = total.add(realized);
    if (total.gt(peak)) peak = total;
    return { day, realized, total, drawdown: peak.sub(total) };
  });
}

/** The largest fall of the running total from its highest value before, at the ends of days. */
export const maxDrawdown = (curve: readonly CurvePoint[]): D =>
  curve.reduce((most, { drawdown }) => (drawdown.gt(most) ? drawdown : most), ZERO);

const DAY_MS = 86_400_000;
const DAYS_A_YEAR = d('365');
const daysBetween = (first: string, last: string): number =>
  Math.round((Date.parse(last) - Date.parse(first)) / DAY_MS) + 1;

/**
 * The Sharpe ratio of daily results, yearly: mean / standard deviation of a sample * sqrt(365), because these markets
 * trade every day, with a risk-free rate of 0 (W. F. Sharpe, 1994). Results are amounts, not returns: with a constant
 * capital the ratio is the same. Days without a result between `first` and `last` count as 0. null with fewer than two
 * days, or when all are equal.
 */
export function sharpeRatio(days: readonly DayResult[], { first, last }: { first: string; last: string }): D | null {
  const count = d(String(daysBetween(first, last)));
  if (days.length === 0 || count.lt(2)) return null;
  const results = days.map(({ realized }) => realized);
  const mean = sum(results).div(count);
  const idle = count.sub(d(String(days.length)));
  const squares = sum(results.map((one) => one.sub(mean).pow(2))).add(mean.pow(2).mul(idle));
  const variance = squares.div(count.sub(1));
  return variance.isZero() ? null : roundMoney(mean.div(variance.sqrt()).mul(DAYS_A_YEAR.sqrt()));
}
