import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Connection } from 'mariadb';
import {
  backupName,
  backupsToDelete,
  formatLine,
  isBackupName,
  type BackupHeader,
} from '../core/operations/backup-format.js';
import { openSnapshot, readMigrations, readSums, readTables, streamRows } from './backup.store.js';
import { writeBackupFile } from './backup-file.js';

export interface BackupPlace {
  databaseUrl: string;
  /** The folder of the backups. */
  dir: string;
  /** The version of this program. */
  product: string;
  /** Encrypts for this age recipient. */
  recipient?: string | undefined;
}

export interface WrittenBackup {
  file: string;
  bytes: number;
  rows: number;
  /** Names of older backups that were deleted. */
  deleted: string[];
}

/**
 * Writes the whole database as it is at one moment into a new file, while the program goes on, and then deletes the
 * oldest backups beyond `keep`.
 */
export async function writeBackup(
  { databaseUrl, dir, product, recipient }: BackupPlace,
  {
    now,
    keep,
    isRestorePoint = false,
    signal,
  }: { now: Date; keep?: number; isRestorePoint?: boolean; signal?: AbortSignal },
): Promise<WrittenBackup> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, backupName(now, { isRestorePoint, isEncrypted: recipient !== undefined }));
  const connection = await openSnapshot(databaseUrl);
  const count = { rows: 0 };
  try {
    const lines = linesOf(connection, { createdAt: now.toISOString(), product }, { count, signal });
    await writeBackupFile(file, lines, { recipient });
  } finally {
    // Not ended in order: after an error the server may still be sending rows.
    connection.destroy();
  }
  const { size: bytes } = await stat(file);
  const deleted = keep === undefined ? [] : backupsToDelete(await readdir(dir), keep);
  for (const name of deleted) await rm(path.join(dir, name), { force: true });
  return { file, bytes, rows: count.rows, deleted };
}

async function* linesOf(
  connection: Connection,
  about: Pick<BackupHeader, 'createdAt' | 'product'>,
  { count, signal }: { count: { rows: number }; signal?: AbortSignal | undefined },
): AsyncGenerator<string> {
  const migrations = await readMigrations(connection);
  const header: BackupHeader = { format: 'mvcashnode-backup', version: 1, ...about, migrations };
  yield `${formatLine({ kind: 'header', header })}\n`;
  for (const table of await readTables(connection)) {
    yield `${formatLine({ kind: 'table', table })}\n`;
    let rows = 0;
    for await (const row of streamRows(connection, table)) {
      signal?.throwIfAborted();
      yield `${formatLine({ kind: 'row', row })}\n`;
      rows += 1;
    }
    count.rows += rows;
    yield `${formatLine({ kind: 'tableEnd', rows })}\n`;
  }
  yield `${formatLine({ kind: 'end', rows: count.rows, sums: await readSums(connection) })}\n`;
}

export interface ListedBackup {
  name: string;
  bytes: number;
}

/** The whole backups of a folder, the newest first. */
export async function listBackups(dir: string): Promise<ListedBackup[]> {
  const names = await readdir(dir).catch(() => [] as string[]);
  const found = names.filter(isBackupName).sort().reverse();
  return Promise.all(found.map(async (name) => ({ name, bytes: (await stat(path.join(dir, name))).size })));
}
