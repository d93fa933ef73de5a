import type { Database } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

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
  acknowledged_at: true,
  escalation_level: true,
  escalated_at: true,
} as const;

const ALERTS: ListTable = {
  table: 'system_alerts',
  indexes: [
    { name: 'system_alerts_user_id_created_at_idx', columns: ['user_id'] },
    { name: 'system_alerts_user_id_resolved_at_created_at_idx', columns: ['user_id', 'resolved_at'] },
  ],
};

/**
 * Whose alerts a user sees: their own and, as an admin, the operators' (null). The role is read each time, so that its
 * loss takes effect at once.
 */
async function ownersSeenBy({ query }: Pick<Db, 'query'>, userId: number): Promise<(number | null)[]> {
  const isAdmin = await query<unknown[]>("SELECT id FROM user_roles WHERE user_id = ? AND role = 'admin' LIMIT 1", [
    userId,
  ]);
  return isAdmin.length > 0 ? [userId, null] : [userId];
}

/** For Prisma, where a list cannot have null. */
const seenBy = async (db: Db, userId: number) => ({
  OR: (await ownersSeenBy(db, userId)).map((user_id) => ({ user_id })),
});

export interface AlertFilter {
  openOnly?: boolean | undefined;
  type?: readonly string[] | undefined;
  severity?: readonly string[] | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** The alerts that a user sees. */
export async function readAlerts(db: Db, userId: number, filter: AlertFilter, page: PageRequest) {
  const owners = await ownersSeenBy(db, userId);
  const where = {
    resolved_at: filter.openOnly ? [null] : undefined,
    alert_type: filter.type,
    severity: filter.severity,
  };
  return readPageOf(db, { list: ALERTS, filter: { ...filter, scope: ['user_id', owners], where }, page }, (ids) =>
    readAlertsById(db, userId, ids),
  );
}

export const readAlertsById = async (db: Db, userId: number, ids: number[]) =>
  db.prisma.systemAlert.findMany({ where: { id: { in: ids }, ...(await seenBy(db, userId)) }, select: columns });
export type AlertRow = Awaited<ReturnType<typeof readAlertsById>>[number];
