import type { ExchangeName, TradeMode } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListFilter, ListTable } from '../infra/database/plan-list.js';
import { countList, readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

/** An account without its credentials, so that they cannot be shown. */
export interface AccountRow {
  id: number;
  exchange: string;
  label: string;
  is_simulation: boolean;
  testnet: boolean;
  is_active: boolean;
  entries_paused_at: Date | null;
  entries_pause_reason: string | null;
  withdraw_accepted_at: Date | null;
  api_key_hint: string | null;
  proxy_hint: string | null;
  connection_json: string | null;
  connection_tested_at: Date | null;
  balances_synced_at: Date | null;
  balances_fault: string | null;
  created_at: Date;
}
type RawAccount = Omit<AccountRow, 'is_simulation' | 'testnet' | 'is_active'> &
  Record<'is_simulation' | 'testnet' | 'is_active', number>;

const ACCOUNTS: ListTable = {
  table: 'exchange_accounts',
  indexes: [{ name: 'exchange_accounts_user_id_created_at_idx', columns: ['user_id'] }],
};

export interface AccountFilter {
  tradeMode?: TradeMode | undefined;
  exchange?: ExchangeName | undefined;
  isActive?: boolean | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

const accountsOf = (userId: number, { tradeMode, exchange, isActive, from, to }: AccountFilter): ListFilter => ({
  ...{ from, to, scope: ['user_id', [userId]] },
  where: {
    is_simulation: tradeMode === undefined ? undefined : [tradeMode === 'SIMULATION'],
    exchange: exchange === undefined ? undefined : [exchange],
    is_active: isActive === undefined ? undefined : [isActive],
  },
});

export const readAccounts = (db: Db, userId: number, filter: AccountFilter, page: PageRequest) =>
  readPageOf(db, { list: ACCOUNTS, filter: accountsOf(userId, filter), page }, (ids) =>
    readAccountsById(db, userId, ids),
  );

export const countAccounts = (db: Db, userId: number, filter: AccountFilter) =>
  countList(db, ACCOUNTS, accountsOf(userId, filter));

export async function readAccountsById(db: Pick<Db, 'query'>, userId: number, ids: number[]): Promise<AccountRow[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<RawAccount[]>(
    `SELECT id, exchange, label, is_simulation, testnet, is_active, entries_paused_at, entries_pause_reason,
       withdraw_accepted_at, api_key_hint, proxy_hint, connection_json, connection_tested_at, balances_synced_at,
       balances_fault, created_at
     FROM exchange_accounts WHERE id IN (?) AND user_id = ?`,
    [ids, userId],
  );
  return rows.map((row) => ({
    ...row,
    is_simulation: row.is_simulation === 1,
    testnet: row.testnet === 1,
    is_active: row.is_active === 1,
  }));
}

export const readBalances = (db: Db, userId: number, accountIds: number[]) =>
  db.prisma.accountBalanceCache.findMany({
    where: { exchange_account_id: { in: accountIds }, exchange_account: { user_id: userId } },
    orderBy: [{ exchange_account_id: 'asc' }, { asset: 'asc' }],
  });
export type BalanceRow = Awaited<ReturnType<typeof readBalances>>[number];
