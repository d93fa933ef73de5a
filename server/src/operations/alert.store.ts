import type { Database } from '../infra/database.js';
import { below, newestFirst, type PageRequest } from '../infra/page.js';

type Db = Pick<Database, 'prisma'>;

const columns = {
  id: true,
  alert_type: true,
  severity: true,
  message: true,
  created_at: true,
  resolved_at: true,
} as const;

/** A user's own alerts; those of the operators belong to nobody here. */
export const readAlerts = (db: Db, userId: number, { openOnly }: { openOnly: boolean }, page: PageRequest) =>
  db.prisma.systemAlert.findMany({
    where: { user_id: userId, ...(openOnly && { resolved_at: null }), ...below(page) },
    select: columns,
    ...newestFirst(page),
  });
export type AlertRow = Awaited<ReturnType<typeof readAlerts>>[number];

export const readAlertsById = (db: Db, userId: number, ids: number[]) =>
  db.prisma.systemAlert.findMany({ where: { id: { in: ids }, user_id: userId }, select: columns });
