import type { TradeMode } from '../../core/domain.js';
import type { Prisma, WebhookSource } from '../../generated/prisma/client.js';
import { Batch, type Database, type Tx } from '../../infra/database/database.js';

type Db = Pick<Database, 'prisma'>;

/** One of the owner's sources. */
export const readOwnedSource = (db: Db, id: number, ownerUserId: number): Promise<WebhookSource | null> =>
  db.prisma.webhookSource.findFirst({ where: { id, owner_user_id: ownerUserId } });

/** The columns that decide whether and how the settings of a source may be changed. */
export interface LockedSource {
  tradeMode: TradeMode;
  isActive: boolean;
  dryRun: boolean;
  allowedIps: unknown;
}

/** Locks one of the owner's sources until the end of the transaction. */
export async function lockSource(tx: Tx, id: number, ownerUserId: number): Promise<LockedSource | undefined> {
  const [row] = await tx.query<
    { trade_mode: TradeMode; is_active: number; dry_run: number; allowed_ips_json: unknown }[]
  >(
    `SELECT trade_mode, is_active, dry_run, allowed_ips_json FROM webhook_sources
      WHERE id = ? AND owner_user_id = ? FOR UPDATE`,
    [id, ownerUserId],
  );
  return (
    row && {
      ...{ tradeMode: row.trade_mode, isActive: Boolean(row.is_active), dryRun: Boolean(row.dry_run) },
      allowedIps: row.allowed_ips_json,
    }
  );
}

export const insertSource = (db: Db, data: Prisma.WebhookSourceUncheckedCreateInput): Promise<WebhookSource> =>
  db.prisma.webhookSource.create({ data });

/** The columns of a source that its owner sets. */
export interface SourceColumns {
  label?: string;
  /** A list of addresses, as JSON. */
  allowed_ips_json?: string;
  require_signature?: boolean;
  rate_limit_per_min?: number;
  identity_window_sec?: number;
  max_lag_sec?: number | null;
  is_active?: boolean;
  dry_run?: boolean;
}

/** Sets these columns of a source that the transaction has locked. */
export function addSourceChange(batch: Batch, id: number, columns: SourceColumns): Batch {
  const names = Object.keys(columns);
  if (names.length === 0) return batch;
  return batch.add(`UPDATE webhook_sources SET ${names.map((name) => `\`${name}\` = ?`).join(', ')} WHERE id = ?`, [
    ...Object.values(columns),
    id,
  ]);
}

/** Replaces or removes (null) a secret of a source: the sealed signing secret, or the hash of the body token. */
export const writeSourceSecret = (
  db: Db,
  id: number,
  data: { signing_secret_enc: string | null } | { body_token_hash: string | null },
): Promise<WebhookSource> => db.prisma.webhookSource.update({ where: { id }, data });

/** Binds an account to a source. It is one statement, so that two clicks at once create one binding. */
export async function writeBinding(
  db: Pick<Database, 'query'>,
  binding: { sourceId: number; accountId: number; isActive: boolean; weight: string | null },
): Promise<void> {
  await db.query(
    `INSERT INTO account_webhook_bindings (webhook_source_id, exchange_account_id, is_active, weight)
     VALUES (?, ?, ?, CAST(? AS DECIMAL(36,18)))
     ON DUPLICATE KEY UPDATE is_active = VALUES(is_active), weight = VALUES(weight)`,
    [binding.sourceId, binding.accountId, binding.isActive, binding.weight],
  );
}

/** Returns false when there was no such binding. */
export async function deleteBinding(db: Db, sourceId: number, accountId: number): Promise<boolean> {
  const { count } = await db.prisma.accountWebhookBinding.deleteMany({
    where: { webhook_source_id: sourceId, exchange_account_id: accountId },
  });
  return count > 0;
}

/**
 * Deletes one of the owner's source if no row refers to it, and otherwise switches it off. Undefined when the owner
 * has no such source. The lock on its row keeps new references away until the decision is written.
 */
export const removeSource = (
  db: Pick<Database, 'transaction'>,
  ownerUserId: number,
  id: number,
): Promise<'DELETED' | 'DEACTIVATED' | undefined> =>
  db.transaction(async (tx) => {
    const [row] = await tx.query<unknown[]>(
      'SELECT id FROM webhook_sources WHERE id = ? AND owner_user_id = ? FOR UPDATE',
      [id, ownerUserId],
    );
    if (!row) {
      await tx.rollback();
      return undefined;
    }
    const [used] = await tx.query<{ is_used: number }[]>(
      `SELECT EXISTS (SELECT 1 FROM webhook_receipts WHERE webhook_source_id = ?)
           OR EXISTS (SELECT 1 FROM webhook_events WHERE webhook_source_id = ?) AS is_used`,
      [id, id],
    );
    const isUsed = Boolean(used?.is_used);
    await tx.commit(
      isUsed
        ? new Batch().add('UPDATE webhook_sources SET is_active = FALSE WHERE id = ?', [id])
        : new Batch().add('DELETE FROM webhook_sources WHERE id = ?', [id]),
    );
    return isUsed ? 'DEACTIVATED' : 'DELETED';
  });

/** Which WhatsApp group is told of the signals of a source; null = none. False when the owner has no such source. */
export async function writeAlertGroup(
  { prisma }: Db,
  { id, ownerUserId, groupId }: { id: number; ownerUserId: number; groupId: string | null },
): Promise<boolean> {
  const { count } = await prisma.webhookSource.updateMany({
    where: { id, owner_user_id: ownerUserId },
    data: { alert_group_enabled: groupId !== null, ...(groupId !== null && { alert_group_id: groupId }) },
  });
  return count === 1;
}
