import type { Context } from '../context.js';
import { readSealed, replaceSealed, SEALED_COLUMNS, type SealedColumn } from '../infra/database/sealed-columns.js';

/** The results for the secrets of one column. */
export interface RotationCounts extends SealedColumn {
  /** Sealed again with the new key. */
  resealed: number;
  /** Already sealed with the new key. */
  current: number;
  /** Replaced by someone during the rotation; the replacement has the new key. */
  changed: number;
  /** No key opens it; it was not changed. */
  unreadable: number;
}

const BATCH = 100;

/**
 * Seals every secret again with the first of SECRET_KEYS. It can run while the program serves, any number of times: a
 * secret is overwritten only if it was not changed meanwhile (compared byte by byte), and `updated_at` of its row
 * stays.
 */
export async function rotateKeys(
  ctx: Pick<Context, 'db' | 'secrets' | 'log'>,
  { batch = BATCH }: { batch?: number } = {},
): Promise<RotationCounts[]> {
  const all: RotationCounts[] = [];
  for (const sealed of SEALED_COLUMNS) all.push(await rotateColumn(ctx, sealed, batch));
  return all;
}

async function rotateColumn(
  ctx: Pick<Context, 'db' | 'secrets' | 'log'>,
  { table, column }: SealedColumn,
  batch: number,
): Promise<RotationCounts> {
  const counts = { table, column, resealed: 0, current: 0, changed: 0, unreadable: 0 };
  for (let after = 0; ;) {
    const rows = await readSealed(ctx.db, { table, column }, { after, limit: batch });
    for (const { id, sealed } of rows) counts[await rotateOne(ctx, { table, column }, { id, sealed })]++;
    const last = rows.at(-1);
    if (!last || rows.length < batch) return counts;
    after = last.id;
  }
}

type Outcome = 'resealed' | 'current' | 'changed' | 'unreadable';

async function rotateOne(
  { db, secrets, log }: Pick<Context, 'db' | 'secrets' | 'log'>,
  { table, column }: SealedColumn,
  { id, sealed }: { id: number; sealed: string },
): Promise<Outcome> {
  if (secrets.isCurrent(sealed)) return 'current';
  const place = `${table}.${column}:${id}`;
  let fresh: string;
  try {
    fresh = secrets.seal(secrets.open(sealed, place), place);
  } catch (err) {
    log.error({ err, place }, 'a secret could not be opened and was not changed');
    return 'unreadable';
  }
  return (await replaceSealed(db, { table, column }, { id, sealed, fresh })) ? 'resealed' : 'changed';
}
