import { setImmediate as nextTurn } from 'node:timers/promises';
import { cellText, csvLine, jsonLine, type ExportColumn } from '../../core/reports/export-format.js';
import type { Database } from '../../infra/database/database.js';
import type { ZonedScope } from '../report-scope.js';
import {
  readExportRows,
  readIds,
  readLastId,
  readVaultIds,
  type ExportFilter,
  type ExportList,
} from './export-lists.store.js';

type Db = Pick<Database, 'query'>;
export type ExportFormat = 'csv' | 'jsonl';

/** Where an export continues: the owner row (account, source, vault, user) and the last id that was written. */
export interface ExportCursor {
  ownerId: number;
  id: number;
}

const CURSOR = /^(\d{1,10})\.(\d{1,10})$/;
export function readCursor(text: string): ExportCursor | undefined {
  const [, ownerId, id] = CURSOR.exec(text) ?? [];
  return ownerId === undefined || id === undefined ? undefined : { ownerId: Number(ownerId), id: Number(id) };
}

/** Rows of one page. Small, so that neither memory nor the event loop notices an export. */
const PAGE = 500;
const CURSOR_COLUMN: ExportColumn = { name: 'cursor', kind: 'text' };

export const columnsOf = ({ columns }: Pick<ExportList, 'columns'>): ExportColumn[] => [
  CURSOR_COLUMN,
  ...columns.map(([name, , kind = 'text']) => ({ name, kind })),
];

const lineOf = (format: ExportFormat) => (format === 'csv' ? csvLine : jsonLine);

export const headOf = (format: ExportFormat, columns: readonly ExportColumn[]): string =>
  format === 'csv' ? `${columns.map(({ name }) => name).join(',')}\r\n` : '';

async function ownersOf(db: Db, list: ExportList, scope: ZonedScope): Promise<readonly number[]> {
  if (list.owner === 'user') return [scope.userId];
  if (list.owner === 'vault') return readVaultIds(db, scope);
  return list.owner === 'account' ? scope.accountIds : scope.sourceIds;
}

/**
 * A whole list as text, a page at a time: by owner row, then by id, up to the newest row at the start. Each row begins
 * with a cursor; passed on as `after`, the export continues behind that row. Where one parent has several rows (fills of
 * a position), all but its last carry the cursor of the parent before, so that a cut there repeats some and loses none.
 */
export async function* exportRows(
  db: Db,
  list: ExportList,
  options: { scope: ZonedScope; status: string | null; format: ExportFormat; after: ExportCursor | undefined },
): AsyncGenerator<string> {
  const { scope, status, format, after } = options;
  const filter: ExportFilter = { ...scope, status };
  const columns = columnsOf(list);
  const toLine = lineOf(format);
  const last = await readLastId(db, list);
  // A resumed export continues the same file, so it has no second head.
  if (!after) yield headOf(format, columns);
  for (const ownerId of await ownersOf(db, list, scope)) {
    if (after && ownerId < after.ownerId) continue;
    let from = after?.ownerId === ownerId ? after.id : 0;
    for (;;) {
      const ids = await readIds(db, list, { ownerId, after: from, last, take: PAGE });
      if (ids.length === 0) break;
      const rows = await readExportRows(db, list, { ids, filter });
      let before = from;
      const lines = rows.map(([id, ...cells], index) => {
        const isLast = rows[index + 1]?.[0] !== id;
        const cursor = `${ownerId}.${isLast ? id : before}`;
        if (isLast) before = id;
        return toLine([cursor, ...cells.map((cell, at) => cellText(cell, columns[at + 1]?.kind ?? 'text'))], columns);
      });
      if (lines.length > 0) yield lines.join('');
      from = ids.at(-1) ?? from;
      if (ids.length < PAGE) break;
      // Other requests get a turn between two pages.
      await nextTurn();
    }
  }
}

/**
 * The same texts. Calls `onStall` when one of them is not taken for so long: a client that stopped reading must not keep
 * its place for ever. The time that the database takes does not count.
 */
export async function* whileRead(
  texts: AsyncIterable<string>,
  { stalledMs, onStall }: { stalledMs: number; onStall: () => void },
): AsyncGenerator<string> {
  for await (const text of texts) {
    const timer = setTimeout(onStall, stalledMs);
    try {
      yield text;
    } finally {
      clearTimeout(timer);
    }
  }
}
