import type { VaultTransactionType } from '../domain.js';
import { d, type D, min, MONEY_SCALE, ZERO } from '../money/money.js';
import { refuse, type Refusal } from '../reasons.js';

/** One asset of one vault. available = balance - reserved; 0 <= reserved <= balance always. */
export interface VaultState {
  balance: D;
  reserved: D;
}
export const EMPTY_VAULT: VaultState = { balance: ZERO, reserved: ZERO };
export const available = (state: VaultState): D => state.balance.sub(state.reserved);

/** A request to the ledger. Amounts are in the vault's asset and greater than zero unless stated otherwise. */
export type Posting =
  | { type: 'DEPOSIT' | 'WITHDRAWAL' | 'BUY_RESERVE' | 'SELL_RETURN'; amount: D }
  /** Releases a whole reservation. */
  | { type: 'BUY_CANCEL'; reserved: D }
  /** Settles a whole reservation with the actual cost of the order (`spent` >= 0). */
  | { type: 'BUY_CONFIRM'; reserved: D; spent: D };

/** One row of vault_transactions. The sum of the deltas gives the state. */
export interface LedgerEntry {
  type: VaultTransactionType;
  amount: D;
  balanceDelta: D;
  reservedDelta: D;
}

export interface Posted {
  after: VaultState;
  entry: LedgerEntry;
  /** BUY_CONFIRM only: the amount spent beyond what the vault could give. Zero unless something went wrong. */
  shortfall: D;
}

/** DECIMAL(36,18) holds 18 digits before the point. */
const LIMIT = d('1' + '0'.repeat(18));
const AMOUNT = /^\d{1,18}(\.\d{1,18})?$/;

/**
 * Reads an amount typed by a person: plain digits, greater than zero, at most 18 digits on each side of the decimal
 * point.
 */
export function readAmount(text: string): { ok: true; amount: D } | Refusal {
  const amount = AMOUNT.test(text) ? d(text) : ZERO;
  return amount.gt(0) ? { ok: true, amount } : refuse('INVALID_AMOUNT');
}

/** Books a posting. Refuses what a person can cause; a broken invariant is a bug and throws. */
export function post(state: VaultState, posting: Posting): ({ ok: true } & Posted) | Refusal {
  switch (posting.type) {
    case 'DEPOSIT':
    case 'SELL_RETURN':
      mustBePositive(posting.amount);
      if (state.balance.add(posting.amount).gte(LIMIT)) {
        return refuse('INVALID_AMOUNT', 'The balance would have more than 18 digits before the point.');
      }
      return posted(state, posting.type, posting.amount, posting.amount, ZERO);
    case 'WITHDRAWAL':
      mustBePositive(posting.amount);
      if (posting.amount.gt(available(state))) return tooLittle(state, posting.amount);
      return posted(state, posting.type, posting.amount, posting.amount.neg(), ZERO);
    case 'BUY_RESERVE':
      mustBePositive(posting.amount);
      if (posting.amount.gt(available(state))) return tooLittle(state, posting.amount);
      return posted(state, posting.type, posting.amount, ZERO, posting.amount);
    case 'BUY_CANCEL':
      mustBeReserved(state, posting.reserved);
      return posted(state, posting.type, posting.reserved, ZERO, posting.reserved.neg());
    case 'BUY_CONFIRM': {
      mustBeReserved(state, posting.reserved);
      // Slippage can make an order cost more than its reservation. The excess comes from the available balance, never
      // from the reservations of other orders. What the available balance does not cover is returned as the shortfall.
      const reach = available(state).add(posting.reserved);
      const booked = min(posting.spent, reach);
      const result = posted(state, posting.type, booked, booked.neg(), posting.reserved.neg());
      return { ...result, shortfall: posting.spent.sub(booked) };
    }
  }
}

function posted(
  state: VaultState,
  type: VaultTransactionType,
  amount: D,
  balanceDelta: D,
  reservedDelta: D,
): { ok: true } & Posted {
  const after = { balance: state.balance.add(balanceDelta), reserved: state.reserved.add(reservedDelta) };
  if (after.reserved.lt(0) || after.reserved.gt(after.balance)) {
    throw new RangeError(`${type} ${amount.toFixed()} would break 0 <= reserved <= balance`);
  }
  return { ok: true, after, entry: { type, amount, balanceDelta, reservedDelta }, shortfall: ZERO };
}

function mustBePositive(amount: D): void {
  if (!amount.gt(0) || amount.decimalPlaces() > MONEY_SCALE) throw new RangeError(`not an amount: ${amount.toFixed()}`);
}

function mustBeReserved(state: VaultState, reserved: D): void {
  mustBePositive(reserved);
  if (reserved.gt(state.reserved)) throw new RangeError('cannot settle a reservation larger than the reserved amount');
}

const tooLittle = (state: VaultState, amount: D): Refusal =>
  refuse('INSUFFICIENT_BALANCE', `Available: ${available(state).toFixed()}; needed: ${amount.toFixed()}.`);
