import { d, sum, type D } from '../core/money/money.js';
import { equityCurve, maxDrawdown, type CurvePoint } from '../core/reports/performance.js';
import type { Database } from '../infra/database/database.js';
import { closedBy, nothing, toPart, type ClosedPart } from './report-parts.js';
import type { ZonedScope } from './report-scope.js';
import { readRealizedByDay, readSignals, type ComparedBy, type SignalsRow } from './report.store.js';

type Db = Pick<Database, 'query'>;

/** The result of one group in one quote asset, and how it came about. */
export interface ComparedResult extends ClosedPart {
  /** By fills and write-offs of the period, as in the summary. */
  realized: D;
  maxDrawdown: D;
  curve: (CurvePoint & { quote: string })[];
}

/** One source or account. */
export interface ComparedGroup {
  /** null = no source: opened by hand or adopted. */
  id: number | null;
  /** null when there is no source. */
  signals: SignalsRow | null;
  /** One for each quote asset with a result. */
  results: ComparedResult[];
}

const idOf = (key: string | number | null): number | null => (key === null ? null : Number(key));

/**
 * The sources or accounts of a scope that have a result or a signal in the period, by id; what no source led to comes
 * last. The sums over all groups are those of the whole report.
 */
export async function compareBy(db: Db, scope: ZonedScope, by: ComparedBy): Promise<ComparedGroup[]> {
  const [closed, days, signals] = await Promise.all([
    closedBy(db, scope, by),
    readRealizedByDay(db, scope, { offsets: scope.offsets, by }),
    readSignals(db, scope, by),
  ]);
  const heard = signals.filter(({ received, jobs }) => received + jobs > 0);
  const ids = new Set([...closed, ...days].map(({ key }) => idOf(key)).concat(heard.map(({ id }) => id)));
  return [...ids]
    .sort((a, b) => (a ?? Infinity) - (b ?? Infinity))
    .map((id) => {
      const [myClosed, myDays] = [closed, days].map((rows) => rows.filter(({ key }) => idOf(key) === id)) as [
        typeof closed,
        typeof days,
      ];
      const quotes = [...new Set([...myClosed, ...myDays].map(({ quote }) => quote))].sort();
      const results = quotes.map((quote) => {
        const mine = myDays
          .filter((day) => day.quote === quote)
          .map(({ day, realized }) => ({ day, realized: d(realized) }));
        const curve = equityCurve(mine);
        return {
          ...(myClosed.find((part) => part.quote === quote) ?? toPart(nothing(quote, id))),
          ...{ realized: sum(mine.map(({ realized }) => realized)), maxDrawdown: maxDrawdown(curve) },
          curve: curve.map((point) => ({ quote, ...point })),
        };
      });
      return { id, signals: signals.find((row) => row.id === id) ?? null, results };
    });
}
