import type { Context } from '../context.js';
import type { Refusal } from '../core/reasons.js';
import { moveFunds, type VaultMoved, type VaultMoveInput } from './move-funds.js';

/** Withdraws available capital from an owner's vault, once for each idempotency key. */
export const withdraw = (
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: VaultMoveInput,
): Promise<VaultMoved | Refusal> => moveFunds(ctx, ownerUserId, 'WITHDRAWAL', input);
