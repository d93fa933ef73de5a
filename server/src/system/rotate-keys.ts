import type { Context } from '../context.js';
import { readSealed, replaceSealed, SEALED_COLUMNS, type SealedColumn } from '../infra/database/sealed-columns.js';

/** What became of the secrets of one column. */
export interface RotationCounts extends SealedColumn {
  /** Sealed anew now. */
  resealed: number;
  /** Had the key that seals already. */
  current: number;
  /** Replaced by somebody while it was being sealed anew; what is there now has the new key. */
  changed: number;
  /** Does not open with any key, and was left alone. */
  unreadable: number;
}

const BATCH = 100;

/**
 * Seals every secret anew with the first of SECRET_KEYS. Safe while the program serves and any number of times: a
 * secret is written only over the one it was made from (compared byte by byte), its row's `updated_at` stays.
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
    log.error({ err, place }, 'a secret does not open and was left alone');
    return 'unreadable';
  }
  return (await replaceSealed(db, { table, column }, { id, sealed, fresh })) ? 'resealed' : 'changed';
}
