import { ZERO, type D } from '../money/money.js';

export interface CoverageFacts {
  /** Which account draws from which vault, by its trade parameters. */
  links: readonly { vaultId: number; accountId: number }[];
  /** The balance of each vault. */
  vaults: readonly { vaultId: number; asset: string; balance: D }[];
  /** The holdings of each account, free and locked. */
  accounts: readonly { accountId: number; asset: string; total: D }[];
  /** Accounts whose balances were read. Of other accounts nothing is known. */
  known: ReadonlySet<number>;
}

/** A vault that allocates more of an asset than its accounts hold. */
export interface VaultShortfall {
  vaultId: number;
  asset: string;
  /** The sum allocated by all vaults that share these accounts. */
  allocated: D;
  /** The sum held by the accounts. */
  held: D;
}

/**
 * The vaults that allocate more than their accounts hold. Vaults and accounts that are linked, directly or through
 * others, form one purse, and its sums are compared. A purse with an account that was never read is skipped.
 */
export function vaultShortfalls({ links, vaults, accounts, known }: CoverageFacts): VaultShortfall[] {
  const purseOf = joinPurses(links);
  const purses = new Map<string, { vaults: Set<number>; accounts: Set<number> }>();
  for (const { vaultId, accountId } of links) {
    const key = purseOf(`v${vaultId}`);
    const purse = purses.get(key) ?? { vaults: new Set(), accounts: new Set() };
    purse.vaults.add(vaultId);
    purse.accounts.add(accountId);
    purses.set(key, purse);
  }
  const found: VaultShortfall[] = [];
  for (const purse of purses.values()) {
    if ([...purse.accounts].some((id) => !known.has(id))) continue;
    const shares = vaults.filter(({ vaultId, balance }) => purse.vaults.has(vaultId) && balance.gt(0));
    for (const asset of new Set(shares.map((share) => share.asset))) {
      const sharing = shares.filter((share) => share.asset === asset);
      const allocated = sharing.reduce((sum, { balance }) => sum.add(balance), ZERO);
      const held = accounts
        .filter((one) => one.asset === asset && purse.accounts.has(one.accountId))
        .reduce((sum, { total }) => sum.add(total), ZERO);
      if (allocated.lte(held)) continue;
      for (const { vaultId } of sharing) found.push({ vaultId, asset, allocated, held });
    }
  }
  return found;
}

/** Returns a function that names the purse of a vault or account. All linked nodes have the same name. */
function joinPurses(links: CoverageFacts['links']): (node: string) => string {
  const parent = new Map<string, string>();
  const root = (node: string): string => {
    let at = node;
    for (let next = parent.get(at); next !== undefined; next = parent.get(at)) at = next;
    return at;
  };
  for (const { vaultId, accountId } of links) {
    const [a, b] = [root(`v${vaultId}`), root(`a${accountId}`)];
    if (a !== b) parent.set(b, a);
  }
  return root;
}
