/**
 * A backup is a text of lines, each of them JSON: the header, then each table (a head, its rows as arrays, and its
 * count), then the end. Values are texts as the database writes them, so decimals keep every digit. A file without its
 * end line was cut and is refused.
 */
export interface BackupHeader {
  format: 'mvcashnode-backup';
  version: 1;
  /** The version of the program that wrote it. */
  product: string;
  createdAt: string;
  /** The migrations that the tables had. */
  migrations: string[];
}

export interface BackupTable {
  table: string;
  columns: BackupColumn[];
  /** The id that the next row gets; null = the table has no counter. */
  nextId: string | null;
}
export interface BackupColumn {
  name: string;
  /** The value is written as hexadecimal digits. */
  isBinary: boolean;
}

/** What the restored database must add up to. */
export interface BackupSums {
  /** Balance and reservation of all vaults, by asset. */
  vaults: { asset: string; balance: string; reserved: string }[];
  /** The last entry of the audit log. */
  auditHead: string | null;
}

export type BackupRow = (string | null)[];
export type BackupLine =
  | { kind: 'header'; header: BackupHeader }
  | { kind: 'table'; table: BackupTable }
  | { kind: 'row'; row: BackupRow }
  | { kind: 'tableEnd'; rows: number }
  | { kind: 'end'; rows: number; sums: BackupSums };

/** The file is not a whole backup; the message says what is wrong with it. */
export class BackupFileError extends Error {
  override readonly name = 'BackupFileError';
}

export const formatLine = (line: BackupLine): string => {
  if (line.kind === 'row') return JSON.stringify(line.row);
  const { kind, ...rest } = line;
  return JSON.stringify({ [kind]: rest });
};

export function parseLine(text: string, number: number): BackupLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BackupFileError(`Line ${number} of the backup is not JSON: the file was cut or changed.`);
  }
  if (Array.isArray(value)) return { kind: 'row', row: value as BackupRow };
  const [[kind, rest] = ['', null]] = Object.entries((value ?? {}) as Record<string, object | null>);
  if (!['header', 'table', 'tableEnd', 'end'].includes(kind) || rest === null)
    throw new BackupFileError(`Line ${number} of the backup is not a line of this format.`);
  return { kind, ...rest } as BackupLine;
}

/** Follows the lines of a file and refuses the first that cannot be there. */
export class BackupReader {
  private lines = 0;
  private rows = 0;
  private inTable: { name: string; columns: number; rows: number } | undefined;
  private header: BackupHeader | undefined;
  private hasEnded = false;

  read(text: string): BackupLine {
    this.lines += 1;
    const line = parseLine(text, this.lines);
    if (this.hasEnded) throw this.fault('there is something behind its end');
    if ((line.kind === 'header') !== (this.header === undefined)) throw this.fault('its header is not the first line');
    if (line.kind === 'header') this.header = checkHeader(line.header);
    else if (line.kind === 'table') this.begin(line.table);
    else if (line.kind === 'row') this.count(line.row);
    else if (line.kind === 'tableEnd') this.endTable(line.rows);
    else this.end(line.rows);
    return line;
  }

  /** Call it after the last line. */
  finish(): void {
    if (this.lines === 0) throw new BackupFileError('The backup is empty.');
    if (!this.hasEnded) throw this.fault('its end is missing: it was cut, or is still being written');
  }

  private begin({ table, columns }: BackupTable): void {
    if (this.inTable) throw this.fault(`the table ${this.inTable.name} has no end`);
    this.inTable = { name: table, columns: columns.length, rows: 0 };
  }

  private count(row: BackupRow): void {
    if (!this.inTable) throw this.fault('it has a row outside of a table');
    if (row.length !== this.inTable.columns) throw this.fault(`a row of ${this.inTable.name} has another length`);
    this.inTable.rows += 1;
    this.rows += 1;
  }

  private endTable(rows: number): void {
    if (!this.inTable) throw this.fault('a table ends that did not begin');
    if (rows !== this.inTable.rows)
      throw this.fault(`${this.inTable.name} has ${this.inTable.rows} rows instead of ${rows}`);
    this.inTable = undefined;
  }

  private end(rows: number): void {
    if (this.inTable) throw this.fault(`the table ${this.inTable.name} has no end`);
    if (rows !== this.rows) throw this.fault(`it has ${this.rows} rows instead of ${rows}`);
    this.hasEnded = true;
  }

  private fault(what: string): BackupFileError {
    return new BackupFileError(`The backup is not whole: at line ${this.lines}, ${what}.`);
  }
}

function checkHeader(header: BackupHeader): BackupHeader {
  if (header.format !== 'mvcashnode-backup') throw new BackupFileError('The file is not a backup of mvcashnode.');
  if (header.version !== 1)
    throw new BackupFileError(
      `The backup has format ${String(header.version)}, which a newer version wrote. Restore it with that version.`,
    );
  return header;
}

const NAME = /^mvcashnode-(\d{8}T\d{6}Z)(-restore-point)?\.jsonl\.gz(\.age)?$/;

/** `mvcashnode-20261130T120000Z.jsonl.gz`, with `.age` when it is encrypted. */
export function backupName(
  at: Date,
  { isRestorePoint, isEncrypted }: { isRestorePoint: boolean; isEncrypted: boolean },
): string {
  const stamp = at.toISOString().replace(/[-:]|\.\d+/g, '');
  return `mvcashnode-${stamp}${isRestorePoint ? '-restore-point' : ''}.jsonl.gz${isEncrypted ? '.age' : ''}`;
}
export const isBackupName = (name: string): boolean => NAME.test(name);

/** The files to delete so that `keep` of the daily backups are left. Restore points are deleted by people only. */
export function backupsToDelete(names: readonly string[], keep: number): string[] {
  const daily = names.filter((name) => isBackupName(name) && !name.includes('-restore-point')).sort();
  return daily.slice(0, Math.max(daily.length - keep, 0));
}
