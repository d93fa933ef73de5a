import type { Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** An active source that trades for an account. Times are ms since 1970. */
export interface WatchedSource {
  id: number;
  ownerUserId: number;
  label: string;
  createdAt: number;
  isReal: boolean;
}

export async function readWatchedSources(db: Db): Promise<WatchedSource[]> {
  const rows = await db.query<
    { id: number; owner_user_id: number; label: string; created_at: Date; trade_mode: string }[]
  >(
    `SELECT s.id, s.owner_user_id, s.label, s.created_at, s.trade_mode FROM webhook_sources s
      WHERE s.is_active AND NOT s.admin_locked AND EXISTS (SELECT 1 FROM account_webhook_bindings b
        JOIN exchange_accounts a ON a.id = b.exchange_account_id AND a.is_active
        WHERE b.webhook_source_id = s.id AND b.is_active) ORDER BY s.id`,
  );
  return rows.map((row) => ({
    ...{ id: row.id, ownerUserId: row.owner_user_id, label: row.label },
    ...{ createdAt: row.created_at.getTime(), isReal: row.trade_mode === 'REAL' },
  }));
}

/** When the last messages of a source came, newest first, whether they were traded or not. */
export async function readLastArrivals(
  db: Db,
  sourceId: number,
  limit: number,
): Promise<{ receiptId: number; at: number }[]> {
  const rows = await db.query<{ id: number; received_at: Date }[]>(
    `SELECT id, received_at FROM webhook_receipts WHERE webhook_source_id = ? ORDER BY received_at DESC LIMIT ?`,
    [sourceId, limit],
  );
  return rows.map(({ id, received_at }) => ({ receiptId: id, at: received_at.getTime() }));
}

/** The messages of a source since then that were kept, oldest first. */
export async function readKeptMessages(
  db: Db,
  { sourceId, since, limit }: { sourceId: number; since: Date; limit: number },
): Promise<{ receiptId: number; symbol: string | null; message: string }[]> {
  const rows = await db.query<{ id: number; symbol_normalized: string | null; raw_message: string }[]>(
    `SELECT id, symbol_normalized, raw_message FROM webhook_receipts
      WHERE webhook_source_id = ? AND received_at > ? AND raw_message IS NOT NULL ORDER BY received_at DESC, id DESC LIMIT ?`,
    [sourceId, since, limit],
  );
  return rows
    .map(({ id, symbol_normalized: symbol, raw_message: message }) => ({ receiptId: id, symbol, message }))
    .toReversed();
}
