import { ZERO, d, type D } from '../../core/money/money.js';

interface Holding {
  free: D;
  locked: D;
}

/** The balances of the accounts of the fake exchange. A balance never becomes negative; an attempt throws. */
export interface Balances {
  open(account: string, free: Record<string, string>): void;
  of(account: string): { asset: string; free: string; locked: string }[];
  free(account: string, asset: string): D;
  addFree(account: string, asset: string, amount: D): void;
  /** Moves an amount from free to locked; a negative amount moves it back. */
  lock(account: string, asset: string, amount: D): void;
  takeLocked(account: string, asset: string, amount: D): void;
}

export function createBalances(): Balances {
  const accounts = new Map<string, Map<string, Holding>>();
  const holding = (account: string, asset: string): Holding => {
    const assets = accounts.get(account);
    if (!assets) throw new Error(`the fake exchange has no account ${account}`);
    const found = assets.get(asset) ?? { free: ZERO, locked: ZERO };
    assets.set(asset, found);
    return found;
  };
  const checked = (found: Holding, what: string): void => {
    if (found.free.isNegative() || found.locked.isNegative()) throw new Error(`the fake exchange overdrew ${what}`);
  };
  return {
    open(account, free) {
      const assets = Object.entries(free).map(([asset, amount]) => [asset, { free: d(amount), locked: ZERO }] as const);
      accounts.set(account, new Map(assets));
    },
    of: (account) =>
      [...(accounts.get(account) ?? [])]
        .map(([asset, { free, locked }]) => ({ asset, free: free.toFixed(), locked: locked.toFixed() }))
        .sort((a, b) => (a.asset < b.asset ? -1 : 1)),
    free: (account, asset) => holding(account, asset).free,
    addFree(account, asset, amount) {
      const found = holding(account, asset);
      found.free = found.free.add(amount);
      checked(found, `${asset} of ${account}`);
    },
    lock(account, asset, amount) {
      const found = holding(account, asset);
      found.free = found.free.sub(amount);
      found.locked = found.locked.add(amount);
      checked(found, `${asset} of ${account}`);
    },
    takeLocked(account, asset, amount) {
      const found = holding(account, asset);
      found.locked = found.locked.sub(amount);
      checked(found, `locked ${asset} of ${account}`);
    },
  };
}
