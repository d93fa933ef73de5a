/**
 * The exits of a position for a list of prices, calculated in the simplest way: whole numbers, one price after the
 * other, no index, and no code of the product. It follows the section "Triggers" of the trading rules.
 */
export interface OraclePosition {
  /** Plain decimals. */
  entryPrice: string;
  /** The index of the opening price; the first price that counts is the next one. */
  openedAfter: number;
  /** Percent with at most two decimals; null = off. */
  stopLoss: string | null;
  takeProfit: string | null;
  trailing: string | null;
  arming: string | null;
  minProfit: string | null;
  targets: readonly { ordinal: number; pct: string }[];
  breakEven: boolean;
}

export interface OracleExit {
  /** The index of the price. */
  tick: number;
  price: string;
  reason: 'STOP_LOSS' | 'TRAILING_STOP' | 'TAKE_PROFIT' | 'PARTIAL_TAKE_PROFIT';
  /** The targets reached; only for PARTIAL_TAKE_PROFIT. */
  ordinals: number[];
}

const DIGITS = 18;
const WHOLE = 10_000n;

/** Decimal text as a whole number of 10^-digits. */
function whole(text: string, digits: number): bigint {
  const [units = '0', rest = ''] = text.split('.');
  if (rest.length > digits) throw new RangeError(`${text} has more than ${digits} decimals`);
  return BigInt(units + rest.padEnd(digits, '0'));
}
const bps = (pct: string): bigint => whole(pct, 2);
const higher = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** All exits in their order. The last one sells the whole position, unless the prices end before. */
export function exitsOf(position: OraclePosition, prices: readonly string[]): OracleExit[] {
  const open = whole(position.entryPrice, DIGITS);
  const least = position.minProfit === null ? 0n : bps(position.minProfit);
  let stop = position.stopLoss === null ? null : bps(position.stopLoss);
  let highest: bigint | null = position.trailing !== null && position.arming === null ? open : null;
  let targets = [...position.targets];
  const exits: OracleExit[] = [];
  for (let tick = position.openedAfter + 1; tick < prices.length; tick++) {
    const text = prices[tick] ?? '0';
    const price = whole(text, DIGITS);
    // pnl% × 100 × open, which needs no division.
    const profit = (price - open) * WHOLE;
    if (position.trailing !== null) {
      if (highest !== null) highest = higher(highest, price);
      else if (position.arming !== null && profit >= bps(position.arming) * open) highest = price;
    }
    const isStopped = stop !== null && profit <= -stop * open;
    const trail = highest === null || position.trailing === null ? null : highest * (WHOLE - bps(position.trailing));
    const isTrailed = trail !== null && price * WHOLE <= trail;
    const exit = (reason: OracleExit['reason'], ordinals: number[] = []) =>
      exits.push({ tick, price: text, reason, ordinals });
    if (isTrailed && !(isStopped && open * (WHOLE - (stop ?? 0n)) > trail)) exit('TRAILING_STOP');
    else if (isStopped) exit('STOP_LOSS');
    else if (position.takeProfit !== null && profit >= higher(bps(position.takeProfit), least) * open) {
      exit('TAKE_PROFIT');
    }
    if (exits.at(-1)?.tick === tick) return exits;
    const reached = targets.filter(({ pct }) => profit >= higher(bps(pct), least) * open);
    if (reached.length === 0) continue;
    exit(
      'PARTIAL_TAKE_PROFIT',
      reached.map(({ ordinal }) => ordinal),
    );
    targets = targets.filter((one) => !reached.includes(one));
    // After a partial sale, the stop is not below the opening price.
    if (position.breakEven) stop = stop === null || stop > 0n ? 0n : stop;
  }
  return exits;
}
