import type { OrderSide } from '../../core/domain.js';
import type { Database } from '../../infra/database/database.js';
import { readOwnAccountIds, type TradingFilter } from '../../infra/database/owned-rows.store.js';
import type { PageRequest } from '../../infra/database/page.js';
import type { ListTable } from '../../infra/database/plan-list.js';
import { readPageOf } from '../../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const EXTERNAL_ORDERS: ListTable = {
  table: 'external_orders',
  indexes: [
    { name: 'external_orders_exchange_account_id_created_at_idx', columns: ['exchange_account_id'] },
    {
      name: 'external_orders_exchange_account_id_dismissed_at_created_at_idx',
      columns: ['exchange_account_id', 'dismissed_at'],
    },
  ],
};

export interface ExternalOrderFilter extends Omit<TradingFilter, 'sourceIds'> {
  /** Whether to include the ones that the owner dismissed. */
  includeDismissed: boolean;
  side?: readonly OrderSide[] | undefined;
}

/** External orders at the accounts of a user, with their trades. */
export async function readExternalOrders(db: Db, userId: number, filter: ExternalOrderFilter, page: PageRequest) {
  const accounts = await readOwnAccountIds(db, userId, { ...filter, ids: filter.accountIds });
  const where = {
    dismissed_at: filter.includeDismissed ? undefined : [null],
    symbol: filter.symbols,
    side: filter.side,
  };
  return readPageOf(
    db,
    { list: EXTERNAL_ORDERS, filter: { ...filter, scope: ['exchange_account_id', accounts], where }, page },
    (ids) =>
      db.prisma.externalOrder.findMany({
        where: { id: { in: ids }, exchange_account_id: { in: accounts } },
        include: { trades: true },
      }),
  );
}
export type ExternalOrderRow = Awaited<ReturnType<typeof readExternalOrders>>['rows'][number];

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
