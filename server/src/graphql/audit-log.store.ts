import type { Prisma } from '../generated/prisma/client.js';
import type { Database } from '../infra/database/database.js';

/** Who changed what, from where, under which request. */
export interface AuditRow {
  userId: number | null;
  entity: string;
  entityId: number | null;
  action: string;
  changes: Prisma.InputJsonValue;
  ip: string | null;
  userAgent: string | null;
  requestId: string;
}

export async function insertAudit(db: Pick<Database, 'prisma'>, row: AuditRow): Promise<void> {
  await db.prisma.auditLog.create({
    data: {
      user_id: row.userId,
      entity_type: row.entity,
      entity_id: row.entityId,
      action: row.action,
      changes_json: row.changes,
      ip: row.ip,
      user_agent: row.userAgent,
      request_id: row.requestId,
    },
  });
}
