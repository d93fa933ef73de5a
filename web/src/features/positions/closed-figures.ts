import type { ClosedPositionFragment, LivePositionFragment } from '../../gql/generated';
import { multiply, percentOf } from '../../lib/decimal';

type Closed = Pick<LivePositionFragment, 'createdAt' | 'closedAt' | 'updatedAt'>;

/** The average price of the sells; null while it is not known. */
export const exitPriceOf = (row: LivePositionFragment & Partial<ClosedPositionFragment>): string | null =>
  row.exitPrice ?? null;

/** How long the position was held, in ms. */
export const durationOf = ({ createdAt, closedAt, updatedAt }: Closed): number =>
  Date.parse(closedAt ?? updatedAt) - Date.parse(createdAt);

/** The result, with all fees, in percent of the quantity at the entry price. */
export const resultPctOf = ({
  realizedPnl,
  entryPrice,
  qtyTotal,
}: Pick<LivePositionFragment, 'realizedPnl' | 'entryPrice' | 'qtyTotal'>): string =>
  percentOf(realizedPnl, multiply(entryPrice, qtyTotal));
