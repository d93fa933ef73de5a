import { toText } from '../core/money/money.js';
import { readPriceKey, type PriceKey } from '../core/price/price-key.js';
import type { TrailingRise } from '../core/exits/trigger-index.js';
import { positionsAt } from '../exchange/account-ref.store.js';
import { Batch, type Database } from '../infra/database/database.js';

/** How far the trailing stops of a price key got since they were last written down. */
export interface TrailingProgress extends TrailingRise {
  key: PriceKey;
}

const IDS_MAX = 1_000;

/**
 * Writes it down. One statement a high raises all stops of a key, however many: whoever was armed when the price was
 * there has followed it. Nothing is ever lowered, and `updated_at` stays: no setting has changed.
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
        `UPDATE trade_positions SET trailing_max_price = ?, trailing_armed_at = COALESCE(trailing_armed_at, ?),
            updated_at = updated_at
          WHERE id IN (${some.map(() => '?').join(', ')}) AND trailing_version = ?
            AND (trailing_max_price IS NULL OR trailing_max_price < CAST(? AS DECIMAL(36,18)))`,
        [max, new Date(at), ...some, trailingVersion, max],
      );
    }
  }
  const { venue, symbol } = readPriceKey(key);
  const owners = await positionsAt(db, venue);
  for (const { max, at } of risen) {
    batch.add(
      `UPDATE trade_positions SET trailing_max_price = CAST(? AS DECIMAL(36,18)), updated_at = updated_at
        WHERE status = 'OPEN' AND symbol = ? AND ${owners.sql} AND trailing_enabled
          AND COALESCE(trailing_armed_at, created_at) <= ? AND trailing_max_price < CAST(? AS DECIMAL(36,18))`,
      [max, symbol, ...owners.values, new Date(at), max],
    );
  }
  await db.run(batch);
}

function groupAlike(armed: TrailingRise['armed']) {
  const groups = new Map<string, { max: string; at: number; trailingVersion: number; ids: number[] }>();
  for (const { id, max, at, trailingVersion } of armed) {
    const key = `${toText(max)} ${at} ${trailingVersion}`;
    const group = groups.get(key) ?? { max: toText(max), at, trailingVersion, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return groups.values();
}
