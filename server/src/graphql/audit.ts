import type { Prisma } from '../generated/prisma/client.js';
import { insertAudit } from './audit-log.store.js';
import type { GraphqlContext } from './context.js';

export interface AuditEntry {
  action: string;
  entity: string;
  entityId: number | null;
  /** The caller's arguments; secrets are removed here. */
  changes: unknown;
}

const SECRET_NAME = /password|passphrase|secret|token|api_?key|proxy_?url|message/i;
const TEXT_MAX = 500;

/** A copy without secrets and with long texts shortened. */
function withoutSecrets(value: unknown): Prisma.InputJsonValue | null {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value === 'object' && value !== null) {
    const kept = Object.entries(value).filter(([name, item]) => !SECRET_NAME.test(name) && item !== undefined);
    return Object.fromEntries(kept.map(([name, item]) => [name, withoutSecrets(item)]));
  }
  if (typeof value === 'string') return value.slice(0, TEXT_MAX);
  return typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/**
 * Writes who changed what, from where and in which request. The change is already done, so a failure to write is logged
 * as an error and does not refuse the change.
 */
export async function writeAudit(
  { app, viewer, request }: Pick<GraphqlContext, 'app' | 'viewer' | 'request'>,
  { action, entity, entityId, changes }: AuditEntry,
): Promise<void> {
  try {
    await insertAudit(app.db, {
      ...{ userId: viewer?.userId ?? null, entity, entityId, action, changes: withoutSecrets(changes) ?? {} },
      ...{ ip: request.ip, userAgent: request.userAgent, requestId: request.id },
    });
  } catch (error) {
    app.log.error({ err: error, action, entity, entityId }, 'an audit entry could not be written');
  }
}
