import type { Context } from '../../context.js';
import type { Happening } from '../../core/notifications/happenings.js';
import { whatsAppRecipient } from '../../core/notifications/recipient.js';
import { d } from '../../core/money/money.js';
import { Batch } from '../../infra/database/database.js';
import { keepGroupChannel, lockGroupChannel, writeScanned } from '../settings/channel.store.js';
import { readAlertGroups, readNewReceipts, type ReceiptFacts } from './live-facts.store.js';
import { addTold } from './notification-event.store.js';

const AT_ONCE = 100;
/** Ids and times of receipts are taken before their commit, so the last minute is looked at again. */
const OVERLAP_MS = 60_000;

/**
 * Tells the alert group of each source of the signals that it accepted: WEBHOOK_RECEIVED, once for each receipt. The
 * group is a channel of its own, which follows the settings of its source.
 */
export async function deriveSignals(ctx: Pick<Context, 'db' | 'clock' | 'secrets'>): Promise<void> {
  for (const { sourceId, userId, label, groupId } of await readAlertGroups(ctx.db)) {
    const group = groupId === null ? null : whatsAppRecipient(groupId);
    await keepGroupChannel(ctx, { sourceId, userId, label, recipient: group?.recipient ?? null });
    if (group) await tellGroup(ctx, { sourceId, userId, label });
  }
}

async function tellGroup(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  { sourceId, userId, label }: { sourceId: number; userId: number; label: string },
): Promise<void> {
  await db.transaction(async (tx) => {
    const channel = await lockGroupChannel(tx, sourceId);
    if (!channel) return tx.rollback();
    const since = Math.max(channel.scannedUntil - OVERLAP_MS, channel.enabledAt);
    const receipts = await readNewReceipts(tx, { userId, sourceId, since: new Date(since), limit: AT_ONCE });
    const now = clock.now();
    const batch = new Batch();
    const deliveries = [{ channelId: channel.id, mode: 'NOW' as const, dueAt: now }];
    addTold(
      batch,
      userId,
      receipts.map((receipt) => ({ happening: signalHappening(receipt, label), deliveries })),
    );
    const last = receipts.length === AT_ONCE ? receipts.at(-1)?.createdAt.getTime() : undefined;
    await tx.commit(writeScanned(batch, channel.id, last ?? now));
  });
}

const signalHappening = (receipt: ReceiptFacts, source: string): Happening => ({
  ...{ type: 'WEBHOOK_RECEIVED', key: `WEBHOOK_RECEIVED:${receipt.id}`, occurredAt: receipt.createdAt.getTime() },
  ...(receipt.webhookEventId !== null && { webhookEventId: receipt.webhookEventId }),
  facts: {
    ...{
      source,
      symbol: receipt.symbol ?? '—',
      action: receipt.action ?? 'UNKNOWN',
      accounts: String(receipt.accounts),
    },
    price: receipt.price === null ? '—' : d(receipt.price).toFixed(),
  },
});
