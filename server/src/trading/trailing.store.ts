import { toText } from '../core/money.js';
import { readPriceKey, type PriceKey } from '../core/price-key.js';
import type { Armed } from '../core/trigger-index.js';
import { positionsAt } from '../exchange/account-ref.store.js';
import { Batch, type Database } from '../infra/database.js';

/** How far the trailing stops of a price key got since they were last written down. */
export interface TrailingProgress {
  key: PriceKey;
  armed: Armed[];
  /** Every stop armed before `at` has followed the price up to `max`. */
  risen: { max: string; at: number } | undefined;
}

const IDS_MAX = 1_000;

/**
 * Writes it down. One statement raises all stops of a key, however many: whoever was armed when the price was at
 * its highest has followed it there. Nothing is ever lowered, and `updated_at` stays: no setting has changed.
 */
export async function writeTrailing(
  db: Pick<Database, 'run' | 'query'>,
  { key, armed, risen }: TrailingProgress,
): Promise<void> {
  const batch = new Batch();
  for (const { max, at, trailingVersion, ids } of groupAlike(armed)) {
    for (let from = 0; from < ids.length; from += IDS_MAX) {
      const some = ids.slice(from, from + IDS_MAX);
      batch.add(
        `UPDATE trade_positions SET trailing_max_price = ?, trailing_armed_at = ?, updated_at = updated_at
          WHERE id IN (${some.map(() => '?').join(', ')}) AND trailing_version = ? AND trailing_max_price IS NULL`,
        [max, new Date(at), ...some, trailingVersion],
      );
    }
  }
  if (risen) {
    const { venue, symbol } = readPriceKey(key);
    const owners = await positionsAt(db, venue);
    batch.add(
      `UPDATE trade_positions SET trailing_max_price = CAST(? AS DECIMAL(36,18)), updated_at = updated_at
        WHERE status = 'OPEN' AND symbol = ? AND ${owners.sql} AND trailing_enabled
          AND COALESCE(trailing_armed_at, created_at) <= ? AND trailing_max_price < CAST(? AS DECIMAL(36,18))`,
      [risen.max, symbol, ...owners.values, new Date(risen.at), risen.max],
    );
  }
  await db.run(batch);
}

function groupAlike(armed: readonly Armed[]) {
  const groups = new Map<string, { max: string; at: number; trailingVersion: number; ids: number[] }>();
  for (const { id, max, at, trailingVersion } of armed) {
    const key = `${toText(max)} ${at} ${trailingVersion}`;
    const group = groups.get(key) ?? { max: toText(max), at, trailingVersion, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return groups.values();
}
