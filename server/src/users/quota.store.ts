import type { Database } from '../infra/database/database.js';

/** What a user may create only so many of, with the statement that counts them. */
const COUNTS = {
  accounts: 'SELECT COUNT(*) AS total FROM exchange_accounts WHERE user_id = ?',
  vaults: 'SELECT COUNT(*) AS total FROM vaults WHERE user_id = ?',
  sources: 'SELECT COUNT(*) AS total FROM webhook_sources WHERE owner_user_id = ?',
  parameters: 'SELECT COUNT(*) AS total FROM trade_parameters WHERE user_id = ?',
  channels: "SELECT COUNT(*) AS total FROM notification_channels WHERE user_id = ? AND kind <> 'WEBHOOK'",
  views: 'SELECT COUNT(*) AS total FROM view_settings WHERE user_id = ?',
  webhooks: "SELECT COUNT(*) AS total FROM notification_channels WHERE user_id = ? AND kind = 'WEBHOOK'",
} as const;
export type Countable = keyof typeof COUNTS;

export async function countOwned(db: Pick<Database, 'query'>, userId: number, what: Countable): Promise<number> {
  const [row] = await db.query<{ total: number }[]>(COUNTS[what], [userId]);
  return Number(row?.total ?? 0);
}
