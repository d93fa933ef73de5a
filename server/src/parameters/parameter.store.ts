import type { Prisma } from '../generated/prisma/client.js';
import type { OrderSide } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { readOwnAccountIds, type TradingFilter } from '../infra/database/owned-rows.store.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListFilter, ListTable } from '../infra/database/plan-list.js';
import { countList, readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const PARAMETERS: ListTable = {
  table: 'trade_parameters',
  indexes: [{ name: 'trade_parameters_user_id_created_at_idx', columns: ['user_id'] }],
};

export interface ParameterFilter extends Omit<TradingFilter, 'sourceIds'> {
  side?: OrderSide | 'BOTH' | undefined;
  vaultId?: number | undefined;
}

async function parametersOf(db: Db, userId: number, filter: ParameterFilter): Promise<ListFilter> {
  const { from, to, symbols, side, vaultId } = filter;
  return {
    ...{ from, to, scope: ['user_id', [userId]] },
    where: {
      exchange_account_id: await readOwnAccountIds(db, userId, { ...filter, ids: filter.accountIds }),
      symbol: symbols,
      side: side === undefined ? undefined : [side],
      vault_id: vaultId === undefined ? undefined : [vaultId],
    },
  };
}

export const readParameters = async (db: Db, userId: number, filter: ParameterFilter, page: PageRequest) =>
  readPageOf(db, { list: PARAMETERS, filter: await parametersOf(db, userId, filter), page }, (ids) =>
    db.prisma.tradeParameter.findMany({ where: { id: { in: ids }, user_id: userId } }),
  );

export const countParameters = async (db: Db, userId: number, filter: ParameterFilter) =>
  countList(db, PARAMETERS, await parametersOf(db, userId, filter));
export type ParameterRow = Awaited<ReturnType<typeof readParameters>>['rows'][number];

export const readParameter = (db: Db, userId: number, id: number) =>
  db.prisma.tradeParameter.findFirst({ where: { id, user_id: userId } });

export type ParameterColumns = Omit<
  Prisma.TradeParameterUncheckedCreateInput,
  'id' | 'user_id' | 'exchange_account_id' | 'trade_jobs' | 'created_at' | 'updated_at'
>;

/** The parameters of an account, or the one of a symbol and side, as columns that can be written again. */
export async function readParametersOfAccount(
  db: Db,
  userId: number,
  accountId: number,
  only?: Pick<ParameterColumns, 'symbol' | 'side'>,
): Promise<{ id: number; columns: ParameterColumns }[]> {
  const rows = await db.prisma.tradeParameter.findMany({
    where: { user_id: userId, exchange_account_id: accountId, ...(only && { symbol: only.symbol, side: only.side }) },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => {
    const {
      id,
      user_id: _user,
      exchange_account_id: _account,
      created_at: _made,
      updated_at: _changed,
      ...columns
    } = row;
    return { id, columns: { ...columns, default_targets_json: columns.default_targets_json ?? [] } };
  });
}

/** Creates a parameter and returns its id; 'exists' when the account has one for this symbol and side. */
export const insertParameter = (
  db: Db,
  parameter: { ownerUserId: number; accountId: number; columns: ParameterColumns },
): Promise<number | 'exists'> =>
  unlessTaken(async () => {
    const { ownerUserId, accountId, columns } = parameter;
    const { id } = await db.prisma.tradeParameter.create({
      data: { user_id: ownerUserId, exchange_account_id: accountId, ...columns },
      select: { id: true },
    });
    return id;
  });

/** Sets the columns of one of the owner's parameters; 'exists' as in `insertParameter`. */
export const writeParameter = (
  db: Db,
  parameter: { ownerUserId: number; parameterId: number; columns: ParameterColumns },
): Promise<'done' | 'exists'> =>
  unlessTaken<'done'>(async () => {
    const { ownerUserId, parameterId, columns } = parameter;
    await db.prisma.tradeParameter.updateMany({ where: { id: parameterId, user_id: ownerUserId }, data: columns });
    return 'done';
  });

/** Returns false when the owner has no such parameter. */
export async function deleteOwnParameter(db: Db, ownerUserId: number, parameterId: number): Promise<boolean> {
  const { count } = await db.prisma.tradeParameter.deleteMany({ where: { id: parameterId, user_id: ownerUserId } });
  return count === 1;
}

async function unlessTaken<T>(write: () => Promise<T>): Promise<T | 'exists'> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'P2002') return 'exists';
    throw error;
  }
}
