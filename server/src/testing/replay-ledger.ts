import { EMPTY_VAULT, type LedgerEntry, type VaultState } from '../core/ledger/ledger.js';

/** Rebuilds a state from its entries. */
export function replayLedger(entries: Iterable<Pick<LedgerEntry, 'balanceDelta' | 'reservedDelta'>>): VaultState {
  let { balance, reserved } = EMPTY_VAULT;
  for (const entry of entries) {
    balance = balance.add(entry.balanceDelta);
    reserved = reserved.add(entry.reservedDelta);
  }
  return { balance, reserved };
}
