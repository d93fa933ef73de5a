import type { TradeMode } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'prisma'>;

/** Credentials are not selected, so that they cannot be shown. */
const columns = {
  id: true,
  exchange: true,
  label: true,
  is_simulation: true,
  testnet: true,
  is_active: true,
  entries_paused_at: true,
  api_key_hint: true,
  proxy_hint: true,
  connection_json: true,
  connection_tested_at: true,
  balances_synced_at: true,
  balances_fault: true,
  created_at: true,
} as const;

export const readAccounts = (db: Db, userId: number, tradeMode?: TradeMode | null) =>
  db.prisma.exchangeAccount.findMany({
    where: { user_id: userId, ...(tradeMode && { is_simulation: tradeMode === 'SIMULATION' }) },
    select: columns,
    orderBy: { id: 'asc' },
  });
export type AccountRow = Awaited<ReturnType<typeof readAccounts>>[number];

export const readAccountsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.exchangeAccount.findMany({ where: { id: { in: ids }, user_id: userId }, select: columns });

export const readBalances = (db: Db, userId: number, accountIds: number[]) =>
  db.prisma.accountBalanceCache.findMany({
    where: { exchange_account_id: { in: accountIds }, exchange_account: { user_id: userId } },
    orderBy: [{ exchange_account_id: 'asc' }, { asset: 'asc' }],
  });
export type BalanceRow = Awaited<ReturnType<typeof readBalances>>[number];
