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
