import type { TradeMode } from '../../core/domain.js';
import type { Database } from '../../infra/database/database.js';
import { below, newestFirst, type PageRequest } from '../../infra/database/page.js';

type Db = Pick<Database, 'prisma'>;

export interface ForeignOrderFilter {
  accountId: number | undefined;
  tradeMode: TradeMode | undefined;
  /** Also those their owner has seen. */
  withDismissed: boolean;
}

/** Orders of others at the accounts of a user, with their trades. */
export async function readForeignOrders(db: Db, userId: number, filter: ForeignOrderFilter, page: PageRequest) {
  const { accountId, tradeMode, withDismissed } = filter;
  const accounts = await db.prisma.exchangeAccount.findMany({
    where: {
      user_id: userId,
      ...(accountId !== undefined && { id: accountId }),
      ...(tradeMode && { is_simulation: tradeMode === 'SIMULATION' }),
    },
    select: { id: true },
  });
  return db.prisma.foreignOrder.findMany({
    where: {
      exchange_account_id: { in: accounts.map(({ id }) => id) },
      ...(!withDismissed && { dismissed_at: null }),
      ...below(page),
    },
    include: { trades: true },
    ...newestFirst(page),
  });
}
export type ForeignOrderRow = Awaited<ReturnType<typeof readForeignOrders>>[number];

export const readForeignOrder = (db: Db, userId: number, id: number) =>
  db.prisma.foreignOrder.findFirst({ where: { id, exchange_account: { user_id: userId } }, include: { trades: true } });

/** When each of these accounts of a user was last compared with its exchange. */
export const readSyncs = (db: Db, userId: number, accountIds: number[]) =>
  db.prisma.accountSync.findMany({
    where: { exchange_account_id: { in: accountIds }, exchange_account: { user_id: userId } },
  });
