import type { Database } from '../infra/database/database.js';
import { below, newestFirst, type PageRequest } from '../infra/database/page.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const columns = {
  id: true,
  alert_type: true,
  severity: true,
  user_id: true,
  message: true,
  created_at: true,
  resolved_at: true,
  resolved_by: true,
} as const;

/**
 * The alerts that a user sees: their own and, as an admin, the operators'. The role is read each time, so that its loss
 * takes effect at once.
 */
async function visibleTo({ query }: Db, userId: number) {
  const isAdmin = await query<unknown[]>("SELECT id FROM user_roles WHERE user_id = ? AND role = 'admin' LIMIT 1", [
    userId,
  ]);
  return isAdmin.length > 0 ? { OR: [{ user_id: userId }, { user_id: null }] } : { user_id: userId };
}

/** The alerts that a user sees, newest first. */
export async function readAlerts(db: Db, userId: number, { openOnly }: { openOnly: boolean }, page: PageRequest) {
  return db.prisma.systemAlert.findMany({
    where: { ...(await visibleTo(db, userId)), ...(openOnly && { resolved_at: null }), ...below(page) },
    select: columns,
    ...newestFirst(page),
  });
}
export type AlertRow = Awaited<ReturnType<typeof readAlerts>>[number];

export const readAlertsById = async (db: Db, userId: number, ids: number[]) =>
  db.prisma.systemAlert.findMany({ where: { id: { in: ids }, ...(await visibleTo(db, userId)) }, select: columns });
