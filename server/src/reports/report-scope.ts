import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { readSymbol } from '../core/signal/symbols.js';
import { dayStart, isTimeZone } from '../core/time/day-start.js';
import { zoneOffsets, type ZoneOffset } from '../core/time/zone-offsets.js';
import { readScopeIds, type ReportScope } from './report.store.js';

/** The filters of a report and of an export. */
export interface ReportFilter {
  tradeMode: TradeMode;
  accountId: number | null;
  sourceId: number | null;
  /** In any spelling. */
  symbol: string | null;
  /** Several of each, together with the one above. Undefined allows all, an empty list nothing. */
  accountIds?: readonly number[] | undefined;
  sourceIds?: readonly number[] | undefined;
  /** As they are written in rows. */
  symbols?: readonly string[] | undefined;
  from: Date | null;
  /** Exclusive; null = now. */
  to: Date | null;
  /** The IANA time zone whose days count. */
  timeZone: string;
}

/** The scope with the offsets of its zone. */
export interface ZonedScope extends ReportScope {
  timeZone: string;
  offsets: readonly ZoneOffset[];
}

/** Before any exchange that this program knows. */
const FIRST_MS = Date.UTC(2015, 0, 1);
const NOBODY = 0;
const NO_SYMBOL = '';

/** What one value and several allow of all that an owner has. What is not there allows nothing, like another owner's. */
function allowed<T>(
  all: readonly T[],
  { one, several }: { one: T | null; several?: readonly T[] | undefined },
  none: T,
) {
  const left = all.filter((value) => (one === null || value === one) && (several?.includes(value) ?? true));
  return left.length > 0 ? left : [none];
}

/** Finds what a filter names. What belongs to another owner is answered like what does not exist. */
export async function reportScope(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  userId: number,
  filter: ReportFilter,
): Promise<{ ok: true; scope: ZonedScope } | Refusal> {
  const { tradeMode, accountId, sourceId, symbol, timeZone } = filter;
  const invalid = (field: string, message: string): Refusal => ({ ...refuse('INVALID_INPUT', message), field });
  if (timeZone.length > 64 || !isTimeZone(timeZone)) {
    return invalid('timeZone', 'timeZone must be an IANA time zone such as America/Sao_Paulo.');
  }
  const from = filter.from ?? new Date(FIRST_MS);
  const to = filter.to ?? new Date(clock.now() + 1);
  if (from >= to) return invalid('to', 'to must be after from.');
  const known = await readScopeIds(db, { userId, tradeMode });
  if (accountId !== null && !known.accountIds.includes(accountId)) return refuse('ACCOUNT_NOT_FOUND');
  if (sourceId !== null && !known.sourceIds.includes(sourceId)) return refuse('SOURCE_NOT_FOUND');
  const { accountIds, sourceIds, symbols } = filter;
  const oneSymbol = symbol === null ? null : (readSymbol(symbol)?.symbol ?? symbol.trim().toUpperCase());
  const anySymbol = symbols ?? (oneSymbol === null ? undefined : [oneSymbol]);
  const scope: ZonedScope = {
    ...{ userId, tradeMode, from, to, timeZone, isBySource: sourceId !== null || sourceIds !== undefined },
    accountIds: allowed(known.accountIds, { one: accountId, several: accountIds }, NOBODY),
    sourceIds: allowed(known.sourceIds, { one: sourceId, several: sourceIds }, NOBODY),
    symbols: anySymbol ? allowed(anySymbol, { one: oneSymbol }, NO_SYMBOL) : null,
    offsets: offsetsOf(dayStart(from.getTime(), timeZone), to.getTime(), timeZone),
  };
  return { ok: true, scope };
}

const OFFSETS_MAX = 200;
const offsetsKnown = new Map<string, ZoneOffset[]>();

/** The same few zones are asked again and again; the offsets of a period that ends today differ by its last days only. */
function offsetsOf(fromMs: number, toMs: number, timeZone: string): ZoneOffset[] {
  const [first, last] = [dayStart(fromMs, 'UTC'), dayStart(toMs, 'UTC') + 2 * 86_400_000];
  const key = `${timeZone} ${first} ${last}`;
  const found = offsetsKnown.get(key) ?? zoneOffsets(first, last, timeZone);
  if (offsetsKnown.size >= OFFSETS_MAX) offsetsKnown.clear();
  offsetsKnown.set(key, found);
  return found;
}
