import type { Database } from '../../infra/database/database.js';
import type { PageRequest } from '../../infra/database/page.js';
import type { ListTable } from '../../infra/database/plan-list.js';
import { readPageOf } from '../../infra/database/read-list.js';
import type { DeliveryStatus } from './notification-enums.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const LOG: ListTable = {
  table: 'notification_deliveries',
  indexes: [{ name: 'notification_deliveries_status_created_at_idx', columns: ['status'] }],
};
const EVERY: readonly DeliveryStatus[] = ['PENDING', 'SENDING', 'UNKNOWN', 'SENT', 'FAILED'];

/** The deliveries of all users, without what was said: texts and addresses are their owner's. */
export const readNotificationLog = (
  db: Db,
  {
    status,
    from,
    to,
  }: { status?: readonly DeliveryStatus[] | undefined; from?: Date | undefined; to?: Date | undefined },
  page: PageRequest,
) =>
  readPageOf(db, { list: LOG, filter: { from, to, scope: ['status', status ?? EVERY] }, page }, (ids) =>
    db.prisma.notificationDelivery.findMany({
      where: { id: { in: ids } },
      select: {
        ...{ id: true, status: true, attempts: true, error: true, due_at: true, sent_at: true, created_at: true },
        channel: { select: { kind: true, user: { select: { email: true } } } },
        event: { select: { type: true } },
        sendings: { orderBy: { attempt: 'desc' }, take: 1, select: { http_status: true } },
      },
    }),
  );
export type NotificationLogRow = Awaited<ReturnType<typeof readNotificationLog>>['rows'][number];
