import { setTimeout as sleep } from 'node:timers/promises';
import mariadb from 'mariadb';
import type { Logger } from 'pino';
import { explainDatabaseFault } from '../../core/operations/explain-database-fault.js';
import { connectionOptions } from './database.js';

/** The database cannot be used; the message says what is wrong and what to do. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError';
}

interface WaitOptions {
  databaseUrl: string;
  log: Pick<Logger, 'warn'>;
  /** How long a database that is not there yet is waited for; 0 = not at all. */
  waitMs?: number;
}

const WAIT_MS = 15_000;
const CONNECT_MS = 1_500;
const ASK_AGAIN_MS = 250;

/**
 * Returns when the database takes a connection. Throws a DatabaseError at once when waiting is of no use (a wrong password, no
 * such database), and otherwise after `waitMs`: at the start of a machine the database may come later. What it waits for is
 * logged at once.
 */
export async function waitForDatabase({ databaseUrl, log, waitMs = WAIT_MS }: WaitOptions): Promise<void> {
  const options = { ...connectionOptions(databaseUrl), connectTimeout: CONNECT_MS };
  const { host = '', port = 0, user = '', database = '' } = options;
  let said = '';
  for (const since = performance.now(); ; await sleep(ASK_AGAIN_MS)) {
    try {
      const connection = await mariadb.createConnection(options);
      await connection.end();
      return;
    } catch (error) {
      const { code, errno, message } = error as Error & { code?: string; errno?: number };
      const { text, isFinal } = explainDatabaseFault({ code, errno, message }, { host, port, user, database });
      if (isFinal || performance.now() - since >= waitMs) throw new DatabaseError(text, { cause: error });
      if (text !== said) log.warn(`${text} Trying again for ${Math.round(waitMs / 1_000)} s.`);
      said = text;
    }
  }
}
