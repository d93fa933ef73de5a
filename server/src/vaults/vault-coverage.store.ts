import type { CoverageFacts } from '../core/ledger/vault-coverage.js';
import { d } from '../core/money/money.js';
import { Batch, type Database } from '../infra/database/database.js';

/** What an owner's REAL vaults have allocated, and what the real accounts that use them hold. */
export async function readCoverageFacts(db: Pick<Database, 'run'>, ownerUserId: number): Promise<CoverageFacts> {
  const batch = new Batch()
    .add(
      `SELECT DISTINCT p.vault_id, p.exchange_account_id, a.balances_synced_at IS NOT NULL AS is_known
       FROM trade_parameters p JOIN vaults v ON v.id = p.vault_id AND v.trade_mode = 'REAL'
       JOIN exchange_accounts a ON a.id = p.exchange_account_id WHERE p.user_id = ?`,
      [ownerUserId],
    )
    .add(
      `SELECT b.vault_id, b.asset, b.balance FROM vault_balances b
       JOIN vaults v ON v.id = b.vault_id WHERE v.user_id = ? AND v.trade_mode = 'REAL' AND b.balance > 0`,
      [ownerUserId],
    )
    .add(
      `SELECT c.exchange_account_id, c.asset, c.free + c.locked AS total FROM account_balances_cache c
       JOIN exchange_accounts a ON a.id = c.exchange_account_id WHERE a.user_id = ? AND c.trade_mode = 'REAL'`,
      [ownerUserId],
    );
  const [links, vaults, accounts] = (await db.run(batch)) as Record<string, unknown>[][];
  return {
    links: (links ?? []).map((row) => ({ vaultId: Number(row.vault_id), accountId: Number(row.exchange_account_id) })),
    vaults: (vaults ?? []).map((row) => ({
      vaultId: Number(row.vault_id),
      asset: String(row.asset),
      balance: d(String(row.balance)),
    })),
    accounts: (accounts ?? []).map((row) => ({
      accountId: Number(row.exchange_account_id),
      asset: String(row.asset),
      total: d(String(row.total)),
    })),
    known: new Set((links ?? []).flatMap((row) => (row.is_known ? [Number(row.exchange_account_id)] : []))),
  };
}

/** The vault and asset of each open coverage alert of an owner. */
export async function readOpenCoverageAlerts(db: Pick<Database, 'query'>, ownerUserId: number): Promise<string[]> {
  const rows = await db.query<{ open_key: string }[]>(
    "SELECT open_key FROM system_alerts WHERE user_id = ? AND open_key LIKE 'VAULT\\_NOT\\_COVERED:%'",
    [ownerUserId],
  );
  return rows.map((row) => row.open_key);
}

/** The users who have REAL vaults. */
export async function readRealVaultOwners(db: Pick<Database, 'query'>): Promise<number[]> {
  const rows = await db.query<{ user_id: number }[]>("SELECT DISTINCT user_id FROM vaults WHERE trade_mode = 'REAL'");
  return rows.map(({ user_id }) => user_id);
}
