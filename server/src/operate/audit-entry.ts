import os from 'node:os';
import { appendToAuditLog } from '../graphql/audit.js';
import type { CommandContext } from './command.js';

/** What a command changed is in the audit log too, with the name of the person at the machine. */
export async function writeCommandAudit(
  ctx: Pick<CommandContext, 'db' | 'secrets' | 'clock'>,
  action: string,
  changes: Record<string, unknown>,
  entityId: number | null = null,
): Promise<void> {
  await appendToAuditLog(ctx, {
    ...{ userId: null, entity: 'command', entityId, action, createdAtMs: ctx.clock.now() },
    changes: { ...changes, operator: os.userInfo().username },
    ...{ ip: null, userAgent: `command on ${os.hostname()}`, requestId: null },
  });
}
