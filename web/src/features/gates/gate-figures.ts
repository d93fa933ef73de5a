import type { TradingGateCode } from '../../gql/generated';
import { formatSpan, type useFormat } from '../../lib/format';

type Format = ReturnType<typeof useFormat>;

/** Gates that want at least their limit; all others allow at most their limit. */
const AT_LEAST: ReadonlySet<TradingGateCode> = new Set(['MIN_INTERVAL', 'BALANCE', 'MINIMUMS', 'EXIT_MINIMUM']);
/** Gates that compare two words. */
const SAME: ReadonlySet<TradingGateCode> = new Set(['ACCOUNT_MODE', 'VAULT_MODE']);
/** Units of what is counted: they are said once, after the limit. */
const COUNTED: ReadonlySet<string> = new Set(['signals', 'orders', 'positions']);
/** Gates that say how many of all. */
const OF_ALL: ReadonlySet<TradingGateCode> = new Set(['POSITIONS', 'SELLABLE']);

interface Figure {
  code: TradingGateCode;
  value: string | null;
  limit: string | null;
  unit: string | null;
}
/** The words of a figure: which sentence, and what goes into it. */
export interface FigureWords {
  key: 'value' | 'atMost' | 'atLeast' | 'ofAll' | 'other' | 'limitOnly' | 'leastOnly';
  value: string;
  limit: string;
}

const NUMBER = /^-?\d+(\.\d+)?$/;
const SECOND_MS = 1_000;

/** A number in its unit, such as "1.5 s", "500 USDT" or "20 bps". Words, such as REAL, stay as they are. */
export function inUnit(
  format: Pick<Format, 'decimal'>,
  value: string,
  unit: string | null,
  counted: (unit: string, count: number) => string,
): string {
  if (!NUMBER.test(value)) return value;
  if (unit === 'ms') {
    const ms = Number(value);
    if (ms < SECOND_MS) return `${format.decimal(value)} ms`;
    return ms < 10 * SECOND_MS ? `${format.decimal((ms / SECOND_MS).toFixed(1))} s` : formatSpan(ms);
  }
  if (unit === 's') return formatSpan(Number(value) * SECOND_MS);
  // A price in a coin has more decimals than an amount in dollars.
  const number = format.decimal(value, { maxFraction: Math.abs(Number(value)) >= 1 ? 2 : 8 });
  if (unit === '%') return `${number} %`;
  if (unit === null) return number;
  return `${number} ${counted(unit, Number(value))}`;
}

/** How the present value and the limit of a gate are said; undefined when there is nothing to say. */
export function figureWords(
  { code, value, limit, unit }: Figure,
  text: (value: string, unit: string | null) => string,
): FigureWords | undefined {
  if (SAME.has(code)) {
    if (value === null) return undefined;
    const same = { value: text(value, null), limit: limit === null ? '' : text(limit, null) };
    return { key: limit === null || limit === value ? 'value' : 'other', ...same };
  }
  const hasUnit = limit !== null && unit !== null && COUNTED.has(unit) ? null : unit;
  const words = { value: value === null ? '' : text(value, hasUnit), limit: limit === null ? '' : text(limit, unit) };
  if (value !== null && limit === null) return { key: 'value', ...words };
  if (limit === null) return undefined;
  if (value === null) return { key: AT_LEAST.has(code) ? 'leastOnly' : 'limitOnly', ...words };
  if (OF_ALL.has(code)) return { key: 'ofAll', ...words };
  return { key: AT_LEAST.has(code) ? 'atLeast' : 'atMost', ...words };
}

interface Place {
  source: string | undefined;
  isAdmin: boolean;
}

/** The page on which a gate is opened; undefined when nobody can open it there. */
export function placeOf(code: TradingGateCode, { source, isAdmin }: Place): string | undefined {
  switch (code) {
    case 'SOURCE_ACTIVE':
    case 'SENDER_ADDRESS':
    case 'SIGNATURE':
    case 'BODY_TOKEN':
    case 'SOURCE_RATE':
    case 'SIGNAL_AGE':
    case 'SOURCE_LIVE':
    case 'ACCOUNT_MODE':
    case 'BINDING':
      return source === undefined ? undefined : `/sources/${source}`;
    case 'MESSAGE':
      return source === undefined ? undefined : `/events?source=${source}&outcome=UNREADABLE`;
    case 'EXECUTOR':
    case 'CLOCK':
    case 'TRADING_HALT':
      return isAdmin ? '/admin/system' : undefined;
    case 'RECONCILED':
    case 'ACCOUNT_ACTIVE':
    case 'ENTRIES_OPEN':
    case 'EXCHANGE_ANSWERS':
    case 'BALANCE_AGE':
    case 'API_KEY':
      return '/accounts';
    case 'VAULT_MODE':
    case 'VAULT_ACTIVE':
    case 'BALANCE':
      return '/vaults';
    case 'SIGNAL_ORDER':
      return '/jobs';
    case 'PARAMETER':
    case 'ORDERS_PER_HOUR':
    case 'MIN_INTERVAL':
    case 'PRICE_LIMIT':
    case 'ORDER_SIZE':
    case 'MINIMUMS':
    case 'EXIT_MINIMUM':
      return '/parameters';
    case 'POSITIONS':
    case 'SELLABLE':
      return '/positions';
    case 'SOURCE_UNLOCKED':
    case 'SYMBOL':
    case 'REAL_TRADING':
    case 'MARKET':
    case 'PRICE':
      return undefined;
  }
}

/** The three parts of a signal's way, for the page. */
export const GROUPS = {
  source: [
    ...['SOURCE_ACTIVE', 'SOURCE_UNLOCKED', 'SENDER_ADDRESS', 'SIGNATURE', 'BODY_TOKEN', 'SOURCE_RATE', 'MESSAGE'],
    ...['SOURCE_LIVE', 'BINDING'],
  ],
  account: [
    ...['SYMBOL', 'EXECUTOR', 'CLOCK', 'RECONCILED', 'ACCOUNT_ACTIVE', 'ENTRIES_OPEN', 'ACCOUNT_MODE', 'REAL_TRADING'],
    ...['TRADING_HALT', 'EXCHANGE_ANSWERS', 'VAULT_MODE', 'VAULT_ACTIVE', 'SIGNAL_AGE', 'SIGNAL_ORDER'],
  ],
} as const satisfies Record<string, readonly TradingGateCode[]>;
export type GroupName = keyof typeof GROUPS | 'order';

/** The part that a gate belongs to. */
export const groupOf = (code: TradingGateCode): GroupName => {
  if ((GROUPS.source as readonly TradingGateCode[]).includes(code)) return 'source';
  return (GROUPS.account as readonly TradingGateCode[]).includes(code) ? 'account' : 'order';
};
