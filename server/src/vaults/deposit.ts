import type { Context } from '../context.js';
import type { Refusal } from '../core/reasons.js';
import { moveFunds, type VaultMoved, type VaultMoveInput } from './move-funds.js';

/** Deposits capital into an owner's vault, once for each idempotency key. */
export const deposit = (
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  input: VaultMoveInput,
): Promise<VaultMoved | Refusal> => moveFunds(ctx, ownerUserId, 'DEPOSIT', input);
