import type { TradeMode } from '../../core/domain.js';
import type { Database } from '../../infra/database/database.js';
import { below, newestFirst, type PageRequest } from '../../infra/database/page.js';

type Db = Pick<Database, 'prisma'>;

export interface ExternalOrderFilter {
  accountId: number | undefined;
  tradeMode: TradeMode | undefined;
  /** Whether to include the ones that the owner dismissed. */
  includeDismissed: boolean;
}

/** External orders at the accounts of a user, with their trades. */
export async function readExternalOrders(db: Db, userId: number, filter: ExternalOrderFilter, page: PageRequest) {
  const { accountId, tradeMode, includeDismissed } = filter;
  const accounts = await db.prisma.exchangeAccount.findMany({
    where: {
      user_id: userId,
      ...(accountId !== undefined && { id: accountId }),
      ...(tradeMode && { is_simulation: tradeMode === 'SIMULATION' }),
    },
    select: { id: true },
  });
  return db.prisma.externalOrder.findMany({
    where: {
      exchange_account_id: { in: accounts.map(({ id }) => id) },
      ...(!includeDismissed && { dismissed_at: null }),
      ...below(page),
    },
    include: { trades: true },
    ...newestFirst(page),
  });
}
export type ExternalOrderRow = Awaited<ReturnType<typeof readExternalOrders>>[number];

export const readExternalOrder = (db: Db, userId: number, id: number) =>
  db.prisma.externalOrder.findFirst({
    where: { id, exchange_account: { user_id: userId } },
    include: { trades: true },
  });

/** When each of these accounts of a user was last compared with its exchange. */
export const readSyncs = (db: Db, userId: number, accountIds: number[]) =>
  db.prisma.accountSync.findMany({
    where: { exchange_account_id: { in: accountIds }, exchange_account: { user_id: userId } },
  });
