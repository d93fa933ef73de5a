import type { TradeMode } from '../../core/domain.js';
import type { PriceVenue } from '../../core/price/price-key.js';
import type { PriceOf } from '../../core/position/valuation.js';
import type { Database } from '../../infra/database/database.js';
import type { ReportFilter, ZonedScope } from '../report-scope.js';
import { EXPORT_LISTS } from './export-lists.store.js';
import { EXPORT_REPORTS, exportReport } from './export-reports.js';
import { exportRows, readCursor, type ExportCursor, type ExportFormat } from './export-rows.js';

const TEXT_MAX = 100;

/** What is exported. */
export interface ExportAsked {
  filter: ReportFilter;
  format: ExportFormat;
  status: string | null;
  after: ExportCursor | undefined;
}
export type Fault = { status: number; code: string; message: string };
export const bad = (message: string): Fault => ({ status: 400, code: 'BAD_USER_INPUT', message });

/** The filters, by their names in the address. */
export const EXPORT_FILTERS = [
  'format',
  'tradeMode',
  'accountId',
  'sourceId',
  'symbol',
  'status',
  'from',
  'to',
  'timeZone',
  'after',
];

/** Reads the query of the address. An unknown name is refused: a filter that is not applied would export too much. */
export function readExportQuery(query: Record<string, unknown>): ExportAsked | Fault {
  const unknown = Object.keys(query).find((name) => !EXPORT_FILTERS.includes(name));
  if (unknown !== undefined) return bad(`Only these filters exist: ${EXPORT_FILTERS.join(', ')}.`);
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string' || value.length > TEXT_MAX)
      return bad(`${name} must be given once, as a short text.`);
    if (value !== '') values.set(name, value);
  }
  const format = values.get('format') ?? 'csv';
  if (format !== 'csv' && format !== 'jsonl') return bad('format is csv or jsonl.');
  const tradeMode = values.get('tradeMode');
  if (tradeMode !== 'REAL' && tradeMode !== 'SIMULATION') return bad('tradeMode is REAL or SIMULATION.');
  for (const name of ['accountId', 'sourceId']) {
    if (!/^\d{1,10}$/.test(values.get(name) ?? '0')) return bad(`${name} is the id of one of yours.`);
  }
  const id = (name: string) => (values.has(name) ? Number(values.get(name)) : null);
  const [from, to] = [dateOf(values.get('from')), dateOf(values.get('to'))];
  if (from === undefined || to === undefined) return bad('from and to are ISO 8601 times with a zone.');
  const after = values.has('after') ? readCursor(values.get('after') ?? '') : undefined;
  if (values.has('after') && !after) return bad('after is the cursor of a row of this export.');
  const named = { accountId: id('accountId'), sourceId: id('sourceId'), symbol: values.get('symbol') ?? null };
  const filter = { ...named, tradeMode: tradeMode as TradeMode, from, to, timeZone: values.get('timeZone') ?? 'UTC' };
  return { filter, format, status: values.get('status') ?? null, after };
}

/** null = not given, undefined = not a time. */
function dateOf(text: string | undefined): Date | null | undefined {
  if (text === undefined) return null;
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = new Date(text);
  return isInstant && !Number.isNaN(at.getTime()) ? at : undefined;
}

/** Everything that can be exported, by its name in the address. */
export const EXPORT_NAMES: readonly string[] = [...Object.keys(EXPORT_LISTS), ...Object.keys(EXPORT_REPORTS)];

type ExportSource = (
  db: Pick<Database, 'query'>,
  options: ExportAsked & { scope: ZonedScope; pricesOf: (venue: PriceVenue) => PriceOf },
) => AsyncIterable<string>;

/** The text of a list or a part of the report, a page at a time; undefined = there is none of this name. */
export function exportOf(name: string): ExportSource | undefined {
  const [list, report] = [own(EXPORT_LISTS, name), own(EXPORT_REPORTS, name)];
  if (list) return (db, { scope, status, format, after }) => exportRows(db, list, { scope, status, format, after });
  return report && ((db, { scope, format, pricesOf }) => exportReport(db, report, { scope, format, pricesOf }));
}

const own = <T>(lists: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(lists, name) ? lists[name] : undefined;
