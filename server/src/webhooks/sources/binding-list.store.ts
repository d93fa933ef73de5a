import type { Database } from '../../infra/database/database.js';
import { readOwnSourceIds, type TradingFilter } from '../../infra/database/owned-rows.store.js';
import type { PageRequest } from '../../infra/database/page.js';
import type { ListTable } from '../../infra/database/plan-list.js';
import { readPageOf } from '../../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const BINDINGS: ListTable = {
  table: 'account_webhook_bindings',
  indexes: [{ name: 'account_webhook_bindings_webhook_source_id_created_at_idx', columns: ['webhook_source_id'] }],
};

export interface BindingFilter extends Pick<TradingFilter, 'tradeMode' | 'sourceIds' | 'accountIds' | 'from' | 'to'> {
  isActive?: boolean | undefined;
}

/** The accounts that the sources of a user trade for. */
export async function readBindingList(db: Db, userId: number, filter: BindingFilter, page: PageRequest) {
  const sources = await readOwnSourceIds(db, userId, { ...filter, ids: filter.sourceIds });
  const where = {
    exchange_account_id: filter.accountIds,
    is_active: filter.isActive === undefined ? undefined : [filter.isActive],
  };
  return readPageOf(
    db,
    { list: BINDINGS, filter: { ...filter, scope: ['webhook_source_id', sources], where }, page },
    (ids) =>
      db.prisma.accountWebhookBinding.findMany({ where: { id: { in: ids }, webhook_source_id: { in: sources } } }),
  );
}
