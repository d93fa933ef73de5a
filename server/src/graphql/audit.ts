import { randomBytes } from 'node:crypto';
import type { Context } from '../context.js';
import { changedValues, maskSecrets, wellFormed } from '../core/audit/audit-changes.js';
import { emptyHead, headHash } from '../core/audit/audit-chain.js';
import {
  appendAudit,
  CHAIN_KEY_PLACE,
  insertHead,
  readHead,
  readNewestId,
  type NewAuditEntry,
} from './audit-log.store.js';
import { readSnapshot, type Snapshot } from './audit-snapshot.store.js';
import type { GraphqlContext } from './context.js';

export interface AuditRecord {
  action: string;
  entity: string;
  entityId: number | null;
  /** Who did it; by default the caller. Named by what signs somebody in, when there is no caller yet. */
  userId?: number;
  /** The caller's arguments; secrets are masked here. */
  changes: Record<string, unknown>;
  /** The entity before the change, when it existed. With it, the entry keeps what is different now. */
  before?: Snapshot | null;
}

const KEY_BYTES = 32;
type ChainContext = Pick<Context, 'db' | 'secrets'>;

export const chainKey = ({ secrets }: Pick<Context, 'secrets'>, sealedKey: string): Uint8Array =>
  Buffer.from(secrets.open(sealedKey, CHAIN_KEY_PLACE), 'base64');

/** Starts the chain of an installation that has none. The API does it at its start. */
export async function startAuditChain(ctx: ChainContext): Promise<void> {
  if (await readHead(ctx.db)) return;
  const key = randomBytes(KEY_BYTES);
  const sealedKey = ctx.secrets.seal(key.toString('base64'), CHAIN_KEY_PLACE);
  const head = emptyHead(await readNewestId(ctx.db));
  await insertHead(ctx.db, { sealedKey, head, hash: headHash(key, head) });
}

/** Appends an entry to the chain of the audit log. */
export async function appendToAuditLog(ctx: ChainContext, entry: NewAuditEntry): Promise<void> {
  await startAuditChain(ctx);
  await appendAudit(ctx.db, entry, (sealedKey) => chainKey(ctx, sealedKey));
}

/**
 * Writes who changed what, from where and in which request. The change is already done, so a failure to write is logged
 * as an error and does not refuse the change.
 */
export async function writeAudit(
  { app, viewer, request }: Pick<GraphqlContext, 'app' | 'viewer' | 'request'>,
  { action, entity, entityId, userId, changes, before }: AuditRecord,
): Promise<void> {
  try {
    const values = before === undefined ? {} : changedValues(before, await readSnapshot(app.db, entity, entityId));
    const via = viewer?.kind === 'token' ? { apiTokenId: viewer.tokenId } : {};
    await appendToAuditLog(app, {
      ...{ userId: userId ?? viewer?.userId ?? null, entity, entityId, action },
      changes: maskSecrets({ ...changes, ...values, ...via }),
      ...{ ip: request.ip, userAgent: request.userAgent && wellFormed(request.userAgent), requestId: request.id },
      createdAtMs: app.clock.now(),
    });
  } catch (error) {
    app.log.error({ err: error, action, entity, entityId }, 'an audit entry could not be written');
  }
}
