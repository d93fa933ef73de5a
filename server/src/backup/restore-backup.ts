import { randomBytes } from 'node:crypto';
import { databaseName, openDatabase } from '../infra/database/database.js';
import { writeTradingHalt } from '../system/trading-halt.store.js';
import { readRunningProcesses } from '../system/heartbeat.store.js';
import { createSchema, endSessions, leaveGaps, openServer, swapSchemas } from './backup.store.js';
import { withLoadedBackup, type LoadedBackup, type LoadOptions } from './load-backup.js';
import { writeBackup, type BackupPlace } from './write-backup.js';

export type RestoreOutcome =
  | { ok: true; loaded: LoadedBackup; restorePoint: string; previousSchema: string }
  | { ok: false; why: string; faults: readonly string[] };

/**
 * Puts a backup in the place of the database. The present database is written to a restore point first. The backup is
 * loaded, migrated and checked in a schema of its own; only a sound one takes the place of the database, in one
 * statement, so a failure before it changes nothing. The tables of before stay in another schema. The restored
 * installation starts halted: real accounts are compared with their exchanges, and a person resumes trading.
 */
export async function restoreBackup(
  options: LoadOptions & { place: BackupPlace; now: Date; acceptFaults?: boolean },
): Promise<RestoreOutcome> {
  const { databaseUrl, place, now, acceptFaults = false, log } = options;
  const live = await openServer(databaseUrl, databaseName(databaseUrl));
  try {
    const running = await readRunningProcesses(live).catch(() => []);
    const names = running.map(({ service, processId, host }) => `${service} (process ${processId} on ${host})`);
    if (names.length > 0)
      return { ok: false, why: `Stop the program first. Running: ${names.join(', ')}.`, faults: [] };
  } finally {
    await live.end();
  }
  return withLoadedBackup(options, async (loaded, { name, url, server }) => {
    if (loaded.faults.length > 0 && !acceptFaults)
      return { ok: false, why: 'The backup is not sound; nothing was changed.', faults: loaded.faults };
    const { file: restorePoint } = await writeBackup(place, { now, isRestorePoint: true });
    log.info({ file: restorePoint }, 'a restore point of the present database is written');
    await prepare(url, now);
    const previousSchema = `${databaseName(databaseUrl).slice(0, 40)}_before_${randomBytes(4).toString('hex')}`;
    await createSchema(server, previousSchema);
    await swapSchemas(server, { live: databaseName(databaseUrl), next: name, previous: previousSchema });
    return { ok: true, loaded, restorePoint, previousSchema };
  });
}

async function prepare(url: string, now: Date): Promise<void> {
  const connection = await openServer(url, databaseName(url));
  try {
    await leaveGaps(connection);
    await endSessions(connection);
  } finally {
    await connection.end();
  }
  const db = openDatabase(url, { connectionLimit: 1 });
  try {
    const reason = `A backup was restored on ${now.toISOString()}. Compare the accounts with their exchanges, then resume.`;
    await writeTradingHalt(db, { reason, userId: null });
  } finally {
    await db.close();
  }
}
