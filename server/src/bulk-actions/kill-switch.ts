import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch, isDuplicateKey } from '../infra/database/database.js';
import {
  addBulkActionItems,
  countBuysUnderWay,
  finishPlan,
  insertPlan,
  killKey,
  readOpenPositions,
  readBulkActionByKey,
  readUnstopped,
  readRestingOrders,
  type NewItem,
  type NewPlan,
  type BulkActionHead,
} from './bulk-action.store.js';
import { toCancelItem } from './retry-bulk-action.js';
import { addUserPause, pauseUser } from '../users/user.store.js';
import { runBulkActionItems } from './run-bulk-action-items.js';
import { valuePositions } from './value-positions.js';

type KillContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'trades'>;

export interface KillSwitchInput {
  /** Also sell every open position at the market. */
  closePositions: boolean;
  /** 1 to 80 characters; the same key continues the same plan. */
  idempotencyKey: string;
}

const PAGE = 500;
/** Attempts to wait for buys: a buy that was claimed before the pause is sent within 5 s or not at all. */
const UNDER_WAY_TRIES = 24;
const UNDER_WAY_WAIT_MS = 250;

/**
 * Pauses the user's entries, cancels their resting orders and, on request, sells every open position; each order and
 * position has its own result. The pause is committed with the plan, so no entry follows it. A repeated request with
 * the same key continues a kill switch that stopped half way. When it had ended and there is something to stop again,
 * entries are paused and the answer is IDEMPOTENCY_KEY_SPENT, so that DONE is never said of what is not stopped.
 * Refusals: IDEMPOTENCY_CONFLICT, IDEMPOTENCY_KEY_SPENT.
 */
export async function killSwitch(
  ctx: KillContext,
  ownerUserId: number,
  { closePositions, idempotencyKey }: KillSwitchInput,
): Promise<{ ok: true; bulkActionId: number } | Refusal> {
  const bulkAction = await beginPlan(ctx, ownerUserId, { closePositions, key: killKey(ownerUserId, idempotencyKey) });
  if (Boolean(bulkAction.closes_positions) !== closePositions) return refuse('IDEMPOTENCY_CONFLICT');
  const bulkActionId = bulkAction.id;
  if (bulkAction.finished_at) return (await stopAgain(ctx, ownerUserId, bulkAction)) ?? { ok: true, bulkActionId };
  ctx.log.warn({ userId: ownerUserId, bulkActionId, closePositions }, 'the kill switch was used');
  const orders = await readRestingOrders(ctx.db, ownerUserId);
  await addItems(ctx, bulkActionId, orders.map(toCancelItem));
  await runBulkActionItems(ctx, ownerUserId, { bulkActionId });
  if (closePositions) {
    await untilBuysHaveEnded(ctx, ownerUserId);
    await addOpenPositions(ctx, ownerUserId, bulkActionId);
    await runBulkActionItems(ctx, ownerUserId, { bulkActionId });
  }
  await finishPlan(ctx.db, bulkActionId, ctx.clock.now());
  return { ok: true, bulkActionId };
}

/** Writes the pause and the plan, or returns the plan that this key already has. */
async function beginPlan(
  ctx: KillContext,
  ownerUserId: number,
  { closePositions, key }: { closePositions: boolean; key: string },
): Promise<BulkActionHead> {
  const now = ctx.clock.now();
  const find = () => readBulkActionByKey(ctx.db, ownerUserId, [key]);
  const earlier = await find();
  if (earlier) return earlier;
  try {
    const bulkAction: NewPlan = {
      userId: ownerUserId,
      kind: 'KILL_SWITCH',
      closesPositions: closePositions,
      dedupeKey: key,
      now,
    };
    const id = await insertPlan(ctx.db, bulkAction, {
      before: (batch) => addUserPause(batch, ownerUserId, new Date(now)),
    });
    const closes = closePositions ? 1 : 0;
    const at = new Date(now);
    return { id, closes_positions: closes, expires_at: null, started_at: at, finished_at: null, created_at: at };
  } catch (error) {
    const other = isDuplicateKey(error) ? await find() : undefined;
    if (other) return other;
    throw error;
  }
}

/** Why a kill switch that has ended no longer holds; undefined when it does. Entries are paused in any case. */
async function stopAgain(ctx: KillContext, ownerUserId: number, plan: BulkActionHead): Promise<Refusal | undefined> {
  const { isResumed, orders, positions } = await readUnstopped(ctx.db, ownerUserId, plan);
  if (!isResumed && orders === 0 && positions === 0) return undefined;
  await pauseUser(ctx.db, ownerUserId, new Date(ctx.clock.now()));
  ctx.log.error({ userId: ownerUserId, bulkActionId: plan.id }, 'a kill switch was used with a spent key');
  const what = isResumed ? 'entries were resumed' : `${orders} resting orders and ${positions} positions came`;
  return refuse(
    'IDEMPOTENCY_KEY_SPENT',
    `This key stopped once; since then ${what}. Entries are paused now. Send a new key to stop the rest.`,
  );
}

async function addItems(ctx: KillContext, bulkActionId: number, items: readonly NewItem[]): Promise<void> {
  for (let from = 0; from < items.length; from += PAGE) {
    const batch = new Batch();
    addBulkActionItems(batch, bulkActionId, items.slice(from, from + PAGE));
    await ctx.db.run(batch);
  }
}

async function addOpenPositions(ctx: KillContext, ownerUserId: number, bulkActionId: number): Promise<void> {
  for (let afterId = 0; ;) {
    const positions = await readOpenPositions(ctx.db, ownerUserId, { afterId }, PAGE);
    await addItems(ctx, bulkActionId, valuePositions(ctx, positions));
    if (positions.length < PAGE) return;
    afterId = positions.at(-1)?.id ?? afterId;
  }
}

/**
 * Waits for running buys, so that the positions they open are closed too. A buy whose outcome stays unknown for longer
 * is left to recovery and reported.
 */
async function untilBuysHaveEnded(ctx: KillContext, ownerUserId: number): Promise<void> {
  for (let attempt = 1; attempt <= UNDER_WAY_TRIES; attempt++) {
    if ((await countBuysUnderWay(ctx.db, ownerUserId)) === 0) return;
    await sleep(UNDER_WAY_WAIT_MS);
  }
  ctx.log.error({ userId: ownerUserId }, 'the kill switch leaves a buy whose outcome is unknown');
}
