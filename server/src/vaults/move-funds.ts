import type { Context } from '../context.js';
import { EMPTY_VAULT, post, readAmount, type VaultState } from '../core/ledger/ledger.js';
import { d, type D } from '../core/money/money.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch, isDuplicateKey, type WriteResult } from '../infra/database/database.js';
import { addLedgerMoves } from './vault-ledger.store.js';
import { lockVaultAsset, type BookedMove } from './vault.store.js';

export interface VaultMoveInput {
  vaultId: number;
  /** 'USDT' */
  asset: string;
  /** Plain digits, above zero, at most 18 on each side of the point. */
  amount: string;
  /** Chosen by the caller, 1 to 80 characters: a repeated movement is booked once. */
  idempotencyKey: string;
}

export interface VaultMoved {
  ok: true;
  vaultId: number;
  transactionId: number;
  asset: string;
  amount: string;
  /** The balance now. */
  balance: string;
  reserved: string;
  /** The movement was booked before, so nothing changed. */
  repeated: boolean;
}

const ASSET = /^[A-Z0-9]{1,32}$/;

/**
 * Moves an owner's funds into or out of a vault under its row lock. Refusals: INVALID_AMOUNT, INVALID_ASSET,
 * VAULT_NOT_FOUND, VAULT_INACTIVE (deposits), INSUFFICIENT_BALANCE, IDEMPOTENCY_CONFLICT (the key belongs
 * to another movement).
 */
export async function moveFunds(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  type: 'DEPOSIT' | 'WITHDRAWAL',
  input: VaultMoveInput,
): Promise<VaultMoved | Refusal> {
  const read = readAmount(input.amount);
  if (!read.ok) return read;
  if (!ASSET.test(input.asset)) return refuse('INVALID_ASSET');
  const key = input.idempotencyKey;
  if (key.length === 0 || key.length > 80 || key !== key.trim()) {
    return refuse('IDEMPOTENCY_CONFLICT', 'The idempotency key must have 1 to 80 characters and no space at its ends.');
  }
  const move = { ...input, type, ownerUserId, amount: read.amount, dedupeKey: `move:${ownerUserId}:${key}` };
  try {
    return await moveOnce(ctx, move);
  } catch (error) {
    // The same key was used at the same time on another vault: it can be read now.
    if (isDuplicateKey(error)) return moveOnce(ctx, move);
    throw error;
  }
}

type Move = Omit<VaultMoveInput, 'amount'> & {
  type: 'DEPOSIT' | 'WITHDRAWAL';
  ownerUserId: number;
  amount: D;
  dedupeKey: string;
};

function moveOnce(ctx: Pick<Context, 'db'>, move: Move): Promise<VaultMoved | Refusal> {
  return ctx.db.transaction<VaultMoved | Refusal>(async (tx) => {
    const { vault, state, booked } = await lockVaultAsset(tx, { ...move, create: move.type === 'DEPOSIT' });
    const answer = (transactionId: number, now: VaultState, repeated: boolean): VaultMoved => ({
      ok: true,
      vaultId: move.vaultId,
      transactionId,
      asset: move.asset,
      amount: move.amount.toFixed(),
      balance: now.balance.toFixed(),
      reserved: now.reserved.toFixed(),
      repeated,
    });
    const give = async <T>(result: T): Promise<T> => {
      await tx.rollback();
      return result;
    };
    if (!vault) return give(refuse('VAULT_NOT_FOUND'));
    if (booked) {
      const same = isSameMove(booked, move);
      return give(same ? answer(booked.id, state ?? EMPTY_VAULT, true) : refuse('IDEMPOTENCY_CONFLICT'));
    }
    if (!vault.isActive && move.type === 'DEPOSIT') return give(refuse('VAULT_INACTIVE'));
    const posted = post(state ?? EMPTY_VAULT, { type: move.type, amount: move.amount });
    if (!posted.ok) return give(posted);
    const results = await tx.commit(addLedgerMoves(new Batch(), [{ ...move, posted }]));
    return answer((results.at(-1) as WriteResult).insertId, posted.after, false);
  });
}

const isSameMove = (booked: BookedMove, move: Move): boolean =>
  booked.dedupeKey === move.dedupeKey &&
  booked.type === move.type &&
  booked.vaultId === move.vaultId &&
  booked.asset === move.asset &&
  d(booked.amount).eq(move.amount);
