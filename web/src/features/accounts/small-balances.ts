import { compareDecimals, sum } from '../../lib/decimal';

/** A balance worth less than this, in USDT, is small. */
export const SMALL_BELOW = '1';

interface Valued {
  /** In USDT; null when a price is missing. */
  valueUsd: string | null;
}

export interface ShownBalances<Balance> {
  shown: Balance[];
  hiddenCount: number;
  /** What the hidden ones are worth together, in USDT. */
  hiddenValue: string;
}

/** The balances to list. A balance whose value is not known may be a large one, so it is never hidden. */
export function shownBalances<Balance extends Valued>(
  balances: readonly Balance[],
  hidesSmall: boolean,
): ShownBalances<Balance> {
  const isSmall = ({ valueUsd }: Valued) =>
    hidesSmall && valueUsd !== null && compareDecimals(valueUsd, SMALL_BELOW) < 0;
  const hidden = balances.filter(isSmall);
  return {
    shown: balances.filter((balance) => !isSmall(balance)),
    hiddenCount: hidden.length,
    hiddenValue: sum(hidden.map(({ valueUsd }) => valueUsd ?? '0')),
  };
}
