import type { TradeMode } from '../core/domain.js';
import { below, newestFirst, type PageRequest } from '../infra/database/page.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'prisma'>;

export const readVaults = (db: Db, userId: number, tradeMode?: TradeMode | null) =>
  db.prisma.vault.findMany({
    where: { user_id: userId, ...(tradeMode && { trade_mode: tradeMode }) },
    orderBy: { id: 'asc' },
  });
export type VaultRow = Awaited<ReturnType<typeof readVaults>>[number];

export const readVaultsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.vault.findMany({ where: { id: { in: ids }, user_id: userId } });

export const readVaultBalances = (db: Db, userId: number, vaultIds: number[]) =>
  db.prisma.vaultBalance.findMany({
    where: { vault_id: { in: vaultIds }, vault: { user_id: userId } },
    orderBy: [{ vault_id: 'asc' }, { asset: 'asc' }],
  });
export type VaultBalanceRow = Awaited<ReturnType<typeof readVaultBalances>>[number];

export const readVaultTransactions = (db: Db, userId: number, vaultId: number, page: PageRequest) =>
  db.prisma.vaultTransaction.findMany({
    where: { vault_id: vaultId, vault: { user_id: userId }, ...below(page) },
    ...newestFirst(page),
  });
export type VaultTransactionRow = Awaited<ReturnType<typeof readVaultTransactions>>[number];
