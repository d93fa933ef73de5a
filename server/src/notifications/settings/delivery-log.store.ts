import type { Database } from '../../infra/database/database.js';
import type { PageRequest } from '../../infra/database/page.js';
import type { ListTable } from '../../infra/database/plan-list.js';
import { readPageOf } from '../../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const DELIVERIES: ListTable = {
  table: 'notification_deliveries',
  indexes: [
    { name: 'notification_deliveries_user_id_created_at_idx', columns: ['user_id'] },
    { name: 'notification_deliveries_user_id_status_created_at_idx', columns: ['user_id', 'status'] },
    { name: 'notification_deliveries_user_id_channel_id_created_at_idx', columns: ['user_id', 'channel_id'] },
  ],
};

export interface DeliveryFilter {
  channelId?: number | undefined;
  status?: readonly string[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

const ATTEMPTS_SHOWN = 20;

export const readDeliveriesById = (db: Pick<Db, 'prisma'>, userId: number, ids: number[]) =>
  db.prisma.notificationDelivery.findMany({
    where: { id: { in: ids }, user_id: userId },
    include: { channel: true, event: true, sendings: { orderBy: { attempt: 'desc' }, take: ATTEMPTS_SHOWN } },
  });
export type DeliveryLogRow = Awaited<ReturnType<typeof readDeliveriesById>>[number];

/** What a user was told, through which channel, and what became of it. */
export const readDeliveries = (db: Db, userId: number, filter: DeliveryFilter, page: PageRequest) => {
  const where = {
    channel_id: filter.channelId === undefined ? undefined : [filter.channelId],
    status: filter.status,
  };
  return readPageOf(db, { list: DELIVERIES, filter: { ...filter, scope: ['user_id', [userId]], where }, page }, (ids) =>
    readDeliveriesById(db, userId, ids),
  );
};

export const readEventOf = (db: Pick<Db, 'prisma'>, userId: number, id: number) =>
  db.prisma.notificationEvent.findFirst({ where: { id, user_id: userId } });

/** The newest event of a user, of one of these types, to try a webhook with. */
export const readNewestEvent = (db: Pick<Db, 'prisma'>, userId: number) =>
  db.prisma.notificationEvent.findFirst({ where: { user_id: userId }, orderBy: { id: 'desc' } });
export type NotificationEventRow = NonNullable<Awaited<ReturnType<typeof readEventOf>>>;

/** Who a webhook is executed for. */
export async function readOwner(
  db: Pick<Db, 'query'>,
  userId: number,
): Promise<{ email: string; roles: string[]; isActive: boolean } | undefined> {
  const rows = await db.query<{ email: string; is_active: number; role: string | null }[]>(
    `SELECT u.email, u.is_active, r.role FROM users u LEFT JOIN user_roles r ON r.user_id = u.id WHERE u.id = ?`,
    [userId],
  );
  const [first] = rows;
  return (
    first && {
      ...{ email: first.email, isActive: Boolean(first.is_active) },
      roles: rows.flatMap(({ role }) => role ?? []),
    }
  );
}
