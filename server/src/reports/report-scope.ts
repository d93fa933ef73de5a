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
  const one = (id: number | null, all: number[]) => (id !== null ? [id] : all.length > 0 ? all : [NOBODY]);
  const scope: ZonedScope = {
    ...{ userId, tradeMode, from, to, timeZone, isOneSource: sourceId !== null },
    ...{ accountIds: one(accountId, known.accountIds), sourceIds: one(sourceId, known.sourceIds) },
    symbol: symbol === null ? null : (readSymbol(symbol)?.symbol ?? symbol.trim().toUpperCase()),
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
