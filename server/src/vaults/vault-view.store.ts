import type { TradeMode, VaultTransactionType } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListFilter, ListTable } from '../infra/database/plan-list.js';
import { countList, readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const VAULTS: ListTable = {
  table: 'vaults',
  indexes: [{ name: 'vaults_user_id_created_at_idx', columns: ['user_id'] }],
};

export interface VaultFilter {
  tradeMode?: TradeMode | undefined;
  isActive?: boolean | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

const vaultsOf = (userId: number, { tradeMode, isActive, from, to }: VaultFilter): ListFilter => ({
  ...{ from, to, scope: ['user_id', [userId]] },
  where: {
    trade_mode: tradeMode === undefined ? undefined : [tradeMode],
    is_active: isActive === undefined ? undefined : [isActive],
  },
});

export const readVaults = (db: Db, userId: number, filter: VaultFilter, page: PageRequest) =>
  readPageOf(db, { list: VAULTS, filter: vaultsOf(userId, filter), page }, (ids) => readVaultsById(db, userId, ids));

export const countVaults = (db: Db, userId: number, filter: VaultFilter) =>
  countList(db, VAULTS, vaultsOf(userId, filter));

export const readVaultsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.vault.findMany({ where: { id: { in: ids }, user_id: userId } });
export type VaultRow = Awaited<ReturnType<typeof readVaultsById>>[number];

export const readVaultBalances = (db: Db, userId: number, vaultIds: number[]) =>
  db.prisma.vaultBalance.findMany({
    where: { vault_id: { in: vaultIds }, vault: { user_id: userId } },
    orderBy: [{ vault_id: 'asc' }, { asset: 'asc' }],
  });
export type VaultBalanceRow = Awaited<ReturnType<typeof readVaultBalances>>[number];

const TRANSACTIONS: ListTable = {
  table: 'vault_transactions',
  indexes: [
    { name: 'vault_transactions_vault_id_created_at_idx', columns: ['vault_id'] },
    { name: 'vault_transactions_vault_id_type_created_at_idx', columns: ['vault_id', 'type'] },
    { name: 'vault_transactions_vault_id_asset_created_at_idx', columns: ['vault_id', 'asset'] },
  ],
};

export interface VaultTransactionFilter {
  vaultId?: number | undefined;
  tradeMode?: TradeMode | undefined;
  type?: readonly VaultTransactionType[] | undefined;
  asset?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** The ledger of a user's vaults, or of one of them. */
export async function readVaultTransactions(db: Db, userId: number, filter: VaultTransactionFilter, page: PageRequest) {
  const { vaultId, tradeMode, type, asset } = filter;
  const own = await db.query<{ id: number; trade_mode: TradeMode }[]>(
    'SELECT id, trade_mode FROM vaults WHERE user_id = ?',
    [userId],
  );
  const vaults = own
    .filter(({ id }) => vaultId === undefined || id === vaultId)
    .filter((vault) => tradeMode === undefined || vault.trade_mode === tradeMode)
    .map(({ id }) => id);
  const where = { type, asset: asset === undefined ? undefined : [asset] };
  return readPageOf(
    db,
    { list: TRANSACTIONS, filter: { ...filter, scope: ['vault_id', vaults], where }, page },
    (ids) => db.prisma.vaultTransaction.findMany({ where: { id: { in: ids }, vault_id: { in: vaults } } }),
  );
}
export type VaultTransactionRow = Awaited<ReturnType<typeof readVaultTransactions>>['rows'][number];
