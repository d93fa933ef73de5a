/**
 * What the exits of a position do at a row of prices, worked out by the plainest means: whole numbers, one price after the
 * other, no index, no code of the product. The rules are those of the trading rules' "Triggers".
 */
export interface OraclePosition {
  /** Plain decimals. */
  entryPrice: string;
  /** The first price that counts is the one after this, by its place in the row. */
  openedAfter: number;
  /** Per cent with at most two decimals; null = off. */
  stopLoss: string | null;
  takeProfit: string | null;
  trailing: string | null;
  arming: string | null;
  minProfit: string | null;
  targets: readonly { ordinal: number; pct: string }[];
  breakEven: boolean;
}

export interface OracleExit {
  /** The place of the price in the row. */
  tick: number;
  price: string;
  reason: 'STOP_LOSS' | 'TRAILING_STOP' | 'TAKE_PROFIT' | 'PARTIAL_TAKE_PROFIT';
  /** The targets reached, of PARTIAL_TAKE_PROFIT only. */
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

/** All exits in their order; the last one is of the whole position, unless the prices end before. */
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
    // Once a part is sold the stop is no lower than the opening price.
    if (position.breakEven) stop = stop === null || stop > 0n ? 0n : stop;
  }
  return exits;
}
