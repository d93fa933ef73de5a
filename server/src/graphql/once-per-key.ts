import { createHash, randomUUID } from 'node:crypto';
import type { Context } from '../context.js';
import { decideKey, inputText } from '../core/idempotency.js';
import type { Refusal } from '../core/reasons.js';
import { dropKey, finishKey, holdKey, insertKey, readKey, takeKey, type KeyAddress } from './idempotency-key.store.js';

/** A request that ended without a word (its process died) frees its key after this time. */
const HOLD_MS = 15_000;
const RENEW_MS = 5_000;

export interface KeyedRequest extends KeyAddress {
  /** The mutation, because two of one scope never ask for the same. */
  operation: string;
  /** What is asked, without the key. */
  input: object;
}

type KeyContext = Pick<Context, 'db' | 'clock' | 'log'>;

/**
 * Carries out a request of an owner once for each idempotency key. The same key with the same input gets the first
 * result (or what `repeat` makes of it), with other input IDEMPOTENCY_CONFLICT, and while the first request is running
 * IDEMPOTENCY_IN_PROGRESS. A refused request frees its key. After a crash the next request with the key goes on, so
 * `work` must itself be safe to run again.
 */
export async function oncePerKey<T extends { ok: true }>(
  ctx: KeyContext,
  request: KeyedRequest,
  work: () => Promise<T | Refusal>,
  repeat: (first: T) => Promise<T | Refusal> = async (first) => first,
): Promise<T | Refusal> {
  const { operation, input } = request;
  const inputHash = createHash('sha256').update(inputText({ operation, input })).digest('hex');
  const holder = randomUUID();
  const heldUntil = () => ctx.clock.now() + HOLD_MS;
  const inserted = await insertKey(ctx.db, request, { inputHash, holder, heldUntil: heldUntil() });
  if (inserted !== null) return carryOut(ctx, { id: inserted, holder, isNew: true }, work);
  const used = await readKey(ctx.db, request);
  // The first request was refused in this moment, and the key is free again.
  if (!used) return oncePerKey(ctx, request, work, repeat);
  const decision = decideKey(used, { inputHash, now: ctx.clock.now() });
  if (decision === 'REPEAT') return repeat(used.result as T);
  if (decision !== 'RESUME') return decision;
  const isOurs = await takeKey(ctx.db, used.id, { from: used.holder, holder, heldUntil: heldUntil() });
  return isOurs ? carryOut(ctx, { id: used.id, holder, isNew: false }, work) : oncePerKey(ctx, request, work, repeat);
}

async function carryOut<T extends { ok: true }>(
  ctx: KeyContext,
  { id, holder, isNew }: { id: number; holder: string; isNew: boolean },
  work: () => Promise<T | Refusal>,
): Promise<T | Refusal> {
  const { db, clock, log } = ctx;
  // The work counts, not this record: without it a repeat is decided by the work's own keys.
  const noted = (write: Promise<unknown>): Promise<unknown> =>
    write.catch((err: unknown) =>
      log.error({ err, keyId: id }, 'the record of an idempotency key could not be written'),
    );
  const release = () => noted(holdKey(db, id, holder, clock.now()));
  const renewal = setInterval(() => void noted(holdKey(db, id, holder, clock.now() + HOLD_MS)), RENEW_MS);
  renewal.unref();
  try {
    const result = await work();
    if (result.ok) await noted(finishKey(db, id, { result, now: clock.now() }));
    else await (isNew ? noted(dropKey(db, id, holder)) : release());
    return result;
  } catch (error) {
    await release();
    throw error;
  } finally {
    clearInterval(renewal);
  }
}
