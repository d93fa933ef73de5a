import type { Prisma } from '../generated/prisma/client.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'prisma'>;

export const readParameters = (db: Db, userId: number, accountId?: number) =>
  db.prisma.tradeParameter.findMany({
    where: {
      user_id: userId,
      exchange_account: { user_id: userId },
      ...(accountId !== undefined && { exchange_account_id: accountId }),
    },
    orderBy: [{ exchange_account_id: 'asc' }, { symbol: 'asc' }, { side: 'asc' }],
  });
export type ParameterRow = Awaited<ReturnType<typeof readParameters>>[number];

export const readParameter = (db: Db, userId: number, id: number) =>
  db.prisma.tradeParameter.findFirst({ where: { id, user_id: userId } });

type ParameterColumns = Omit<
  Prisma.TradeParameterUncheckedCreateInput,
  'id' | 'user_id' | 'exchange_account_id' | 'trade_jobs' | 'created_at' | 'updated_at'
>;

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
