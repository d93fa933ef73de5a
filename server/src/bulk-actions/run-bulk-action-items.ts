import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.js';
import { refuse, type ReasonCode } from '../core/reasons.js';
import { cancelOrder } from '../orders/cancel/cancel-order.js';
import { closePosition, type ClosePositionInput } from '../positions/close-position.js';
import { readOpenItems, writeItemResult, type ItemResult, type OpenItem } from './bulk-action.store.js';

type RunContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>;

/**
 * Items at the same time: enough for a hundred items to be quick, few enough to leave connections to the rest of the
 * process.
 */
const AT_ONCE = 4;
/** Attempts for a busy order: an order that is being sent arrives within 5 s or not at all. */
const BUSY_TRIES = 24;
const BUSY_WAIT_MS = 250;

/**
 * Runs the items without a result and writes each result. Running this twice at once is harmless: a sell's key is the
 * plan and position, a canceled order has ended, and a result is written once.
 */
export async function runBulkActionItems(
  ctx: RunContext,
  ownerUserId: number,
  { bulkActionId }: { bulkActionId: number },
): Promise<void> {
  const items = await readOpenItems(ctx.db, bulkActionId);
  const next = items.values();
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, items.length) }, async () => {
      for (const item of next) {
        const result = await runItem(ctx, ownerUserId, { bulkActionId, item });
        await writeItemResult(ctx.db, item.id, result, ctx.clock.now());
      }
    }),
  );
}

/** Never rejects: a failed item gets the failure as its result, and the others continue. */
async function runItem(
  ctx: RunContext,
  ownerUserId: number,
  { bulkActionId, item }: { bulkActionId: number; item: OpenItem },
): Promise<ItemResult> {
  try {
    return item.action === 'CANCEL_ORDER'
      ? await cancelItem(ctx, ownerUserId, item.entity_id)
      : await closeItem(ctx, ownerUserId, {
          positionId: item.entity_id,
          idempotencyKey: `plan-${bulkActionId}-${item.id}`,
          origin: item.kind,
        });
  } catch (err) {
    ctx.log.error({ err, bulkActionId, itemId: item.id }, 'an item of a plan failed');
    return refuse('EXCHANGE_UNREACHABLE', 'This item failed unexpectedly; see the server log for details.');
  }
}

/** An order or position that has already ended is the intended result. */
const isReached = (code: ReasonCode): boolean => code === 'ORDER_CLOSED' || code === 'POSITION_CLOSED';

async function cancelItem(ctx: RunContext, ownerUserId: number, jobId: number): Promise<ItemResult> {
  for (let attempt = 1; ; attempt++) {
    const result = await cancelOrder(ctx, ownerUserId, { jobId, stopReason: 'CANCELED_BY_KILL_SWITCH' });
    if (result.ok || isReached(result.code)) return { ok: true, jobId };
    if (result.code !== 'ORDER_BUSY' || attempt === BUSY_TRIES) return result;
    await sleep(BUSY_WAIT_MS);
  }
}

async function closeItem(ctx: RunContext, ownerUserId: number, request: ClosePositionInput): Promise<ItemResult> {
  const result = await closePosition(ctx, ownerUserId, request);
  return !result.ok && isReached(result.code) ? { ok: true, jobId: null } : result;
}
