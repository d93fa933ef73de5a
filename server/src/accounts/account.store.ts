import type { ExchangeName, TradeMode } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListFilter, ListTable } from '../infra/database/plan-list.js';
import { countList, readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

/** Credentials are not selected, so that they cannot be shown. */
const columns = {
  id: true,
  exchange: true,
  label: true,
  is_simulation: true,
  testnet: true,
  is_active: true,
  entries_paused_at: true,
  entries_pause_reason: true,
  withdraw_accepted_at: true,
  api_key_hint: true,
  proxy_hint: true,
  connection_json: true,
  connection_tested_at: true,
  balances_synced_at: true,
  balances_fault: true,
  created_at: true,
} as const;

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

export const readAccountsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.exchangeAccount.findMany({ where: { id: { in: ids }, user_id: userId }, select: columns });
export type AccountRow = Awaited<ReturnType<typeof readAccountsById>>[number];

export const readBalances = (db: Db, userId: number, accountIds: number[]) =>
  db.prisma.accountBalanceCache.findMany({
    where: { exchange_account_id: { in: accountIds }, exchange_account: { user_id: userId } },
    orderBy: [{ exchange_account_id: 'asc' }, { asset: 'asc' }],
  });
export type BalanceRow = Awaited<ReturnType<typeof readBalances>>[number];
