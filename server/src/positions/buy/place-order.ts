import { inputText } from '../../core/idempotency.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { Batch, isDuplicateKey, type WriteResult } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { planOrder, resolveOrder, type OrderContext, type OrderInput, type ResolvedOrder } from './plan-order.js';
import { addHandOrder, readHandOrder } from './place-order.store.js';

export interface PlaceOrderInput extends OrderInput {
  /** Chosen by the owner for this one order. The same key with another input is a conflict. */
  idempotencyKey: string;
}

export type PlacedOrder = { ok: true; jobId: number } | Refusal;

const KEY_MAX = 80;
const HOUR_MS = 3_600_000;

/**
 * Buys by hand. The order is planned first, and refused with the reason if it would not trade now. Then one PENDING job
 * is written and goes the way of a signal's job: the executor plans it again under its locks, reserves and sends. So an
 * order that changed in between is SKIPPED with the reason, and never sent as something else than `expected`.
 */
export async function placeOrder(ctx: OrderContext, ownerUserId: number, input: PlaceOrderInput): Promise<PlacedOrder> {
  const { idempotencyKey, ...order } = input;
  if (idempotencyKey.length === 0 || idempotencyKey.length > KEY_MAX) return refuse('IDEMPOTENCY_CONFLICT');
  const key = `order:${ownerUserId}:${idempotencyKey}`;
  const fingerprint = inputText(order);
  const earlier = await earlierOrder(ctx, key, fingerprint);
  if (earlier) return earlier;
  const resolved = await resolveOrder(ctx, ownerUserId, order);
  if (!resolved.ok) return resolved;
  const { plan } = await planOrder(ctx, resolved);
  if (plan.kind === 'skip') return plan.refusal;
  try {
    return { ok: true, jobId: await writeOrder(ctx, ownerUserId, { ...resolved, key, fingerprint }) };
  } catch (error) {
    // The same request came twice at once: return the other one's job.
    const first = isDuplicateKey(error) ? await earlierOrder(ctx, key, fingerprint) : undefined;
    if (first) return first;
    throw error;
  }
}

async function writeOrder(
  ctx: OrderContext,
  ownerUserId: number,
  { buyer, symbol, request, hours, key, fingerprint }: ResolvedOrder & { key: string; fingerprint: string },
): Promise<number> {
  const now = ctx.clock.now();
  const jobId = await ctx.db.transaction(async (tx) => {
    const batch = addHandOrder(new Batch(), {
      ...{ accountId: buyer.account.id, tradeMode: buyer.tradeMode, symbol, orderType: request.orderType },
      ...{ request, fingerprint, idempotencyKey: key, now },
      expiresAt: hours === null ? null : now + hours * HOUR_MS,
    });
    addLiveEvents(batch, ownerUserId, [{ topic: 'JOB', entityId: { sql: '@job' } }]);
    const [inserted] = (await tx.commit(batch)) as WriteResult[];
    return inserted?.insertId ?? 0;
  });
  ctx.live.notify(ownerUserId);
  ctx.trades.enqueue([{ jobId, committedAt: now, queuedAt: now }]);
  return jobId;
}

async function earlierOrder(ctx: OrderContext, key: string, fingerprint: string): Promise<PlacedOrder | undefined> {
  const job = await readHandOrder(ctx.db, key);
  if (!job) return undefined;
  return job.fingerprint === fingerprint ? { ok: true, jobId: job.jobId } : refuse('IDEMPOTENCY_CONFLICT');
}
