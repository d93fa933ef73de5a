import { cellText, csvLine, jsonLine, type ColumnKind, type ExportColumn } from '../../core/reports/export-format.js';
import type { PriceVenue } from '../../core/price/price-key.js';
import type { PriceOf } from '../../core/position/valuation.js';
import type { Database } from '../../infra/database/database.js';
import { compareBy, type ComparedGroup } from '../comparison.js';
import { closedBy, curvesOf, daysOf, exposureOf, summaryOf } from '../report-parts.js';
import type { ZonedScope } from '../report-scope.js';
import { readFees, readVaultMoves, readWebhooks } from '../report.store.js';
import { headOf, type ExportFormat } from './export-rows.js';

type Db = Pick<Database, 'query'>;
type Part = Record<string, unknown>;
type PricesOf = (venue: PriceVenue) => PriceOf;

interface ReportList {
  columns: readonly ExportColumn[];
  read(db: Db, scope: ZonedScope, pricesOf: PricesOf): Promise<Part[]>;
}

const as = (kind: ColumnKind, ...names: string[]): ExportColumn[] => names.map((name) => ({ name, kind }));
const FIGURES = [
  ...as('text', 'quote'),
  ...as('number', 'trades', 'wins', 'losses', 'breakEven'),
  ...as('decimal', 'net', 'grossProfit', 'grossLoss', 'fees', 'winRatePct', 'profitFactor', 'expectancy'),
  ...as('decimal', 'averageWin', 'averageLoss', 'invested', 'returnPct'),
  ...as('number', 'averageHoldingSec'),
];
const COMPARED = [
  ...as('decimal', 'realized', 'maxDrawdown'),
  ...as('number', 'received', 'unread', 'jobs', 'filled', 'skipped', 'failed'),
];
/** A group that has only signals has a row without a quote asset. */
const compared = (groups: readonly ComparedGroup[], name: string): Part[] =>
  groups.flatMap(({ id, signals, results }) =>
    (results.length > 0 ? results : [{}]).map((result) => ({ ...signals, ...result, [name]: id })),
  );
const parts = (rows: readonly object[]): Part[] => rows.map((row) => ({ ...row }));
const keyed = (rows: readonly object[], name: string): Part[] =>
  parts(rows).map((row) => ({ ...row, [name]: row.key }));

/** Every part of `report` by its name in the address. */
export const EXPORT_REPORTS: Readonly<Record<string, ReportList>> = {
  'report-summary': {
    columns: [...FIGURES, ...as('decimal', 'realized', 'maxDrawdown', 'sharpe')],
    read: async (db, scope) => parts(await summaryOf(db, scope)),
  },
  'report-symbols': {
    columns: [...as('text', 'symbol'), ...FIGURES],
    read: async (db, scope) => keyed(await closedBy(db, scope, 'symbol'), 'symbol'),
  },
  'report-accounts': {
    columns: [...as('number', 'accountId'), ...FIGURES, ...COMPARED],
    read: async (db, scope) => compared(await compareBy(db, scope, 'account'), 'accountId'),
  },
  'report-sources': {
    columns: [...as('number', 'sourceId'), ...FIGURES, ...COMPARED],
    read: async (db, scope) => compared(await compareBy(db, scope, 'source'), 'sourceId'),
  },
  'report-days': {
    columns: [...as('text', 'day'), ...FIGURES, ...as('decimal', 'realized')],
    read: async (db, scope) => parts(await daysOf(db, scope)),
  },
  'report-equity': {
    columns: [...as('text', 'quote', 'day'), ...as('decimal', 'realized', 'total', 'drawdown')],
    read: async (db, scope) => parts(await curvesOf(db, scope)),
  },
  'report-exposure': {
    columns: [
      ...[...as('number', 'accountId'), ...as('text', 'symbol', 'quote'), ...as('number', 'positions')],
      ...as('decimal', 'quantity', 'cost', 'price', 'value', 'unrealized'),
    ],
    read: async (db, scope, pricesOf) => parts(await exposureOf(db, scope, pricesOf)),
  },
  'report-vaults': {
    columns: [
      ...[...as('number', 'vaultId'), ...as('text', 'asset')],
      ...as('decimal', 'deposits', 'withdrawals', 'spent', 'returned', 'balance', 'reserved'),
    ],
    read: async (db, scope) => parts(await readVaultMoves(db, scope)),
  },
  'report-webhooks': {
    columns: as(
      'number',
      ...['sourceId', 'received', 'accepted', 'refused', 'unread', 'repeats', 'jobs', 'filled', 'skipped', 'failed'],
    ),
    read: async (db, scope) => parts(await readWebhooks(db, scope)),
  },
  'report-fees': {
    columns: [...as('text', 'asset', 'side'), ...as('decimal', 'amount'), ...as('number', 'fills')],
    read: async (db, scope) => parts(await readFees(db, scope)),
  },
};

const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'toFixed' in value
    ? (value as { toFixed(): string }).toFixed()
    : value;

/** A part of a report as text. It has at most one row for each day and asset, so it is written at once. */
export async function* exportReport(
  db: Db,
  report: ReportList,
  { scope, format, pricesOf }: { scope: ZonedScope; format: ExportFormat; pricesOf: PricesOf },
): AsyncGenerator<string> {
  const { columns } = report;
  const toLine = format === 'csv' ? csvLine : jsonLine;
  const rows = await report.read(db, scope, pricesOf);
  yield headOf(format, columns);
  const line = (row: Part) =>
    toLine(
      columns.map(({ name, kind }) => cellText(plain(row[name]), kind)),
      columns,
    );
  yield rows.map(line).join('');
}
