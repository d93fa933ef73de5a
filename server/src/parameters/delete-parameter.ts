import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { deleteOwnParameter } from './parameter.store.js';

/** Deletes a parameter; signals for its symbol are skipped from then on. Refusal: PARAMETER_NOT_FOUND. */
export async function deleteParameter(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  { parameterId }: { parameterId: number },
): Promise<{ ok: true; parameterId: number } | Refusal> {
  const isDone = await deleteOwnParameter(ctx.db, ownerUserId, parameterId);
  return isDone ? { ok: true, parameterId } : refuse('PARAMETER_NOT_FOUND');
}
