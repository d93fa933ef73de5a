import type { ConfirmPassword } from '../../auth/confirm-password.js';
import type { Context } from '../../context.js';
import { Batch, fromJson, type Tx } from '../../infra/database/database.js';
import {
  invalidInput,
  noSource,
  sourceChanges,
  withTradingView,
  type ParsedChanges,
  type SourceChanged,
  type SourceChanges,
} from './source-settings.js';
import { addSourceChange, lockSource, readOwnedSource, type LockedSource } from './webhook-source.store.js';

/**
 * Changes the given fields and leaves the rest. Only the owner's sources can be changed; the administrator's lock
 * cannot. Switching on a source for real money, or ending its dry run, needs the password: `confirmPassword` is called without a lock, and the
 * locked row decides whether it is needed. Refusals: INVALID_INPUT, SOURCE_NOT_FOUND.
 */
export async function updateWebhookSource(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  input: SourceChanges,
  confirmPassword: ConfirmPassword,
): Promise<SourceChanged> {
  const parsed = sourceChanges.safeParse(input);
  if (!parsed.success) return invalidInput(parsed.error);
  const changes = parsed.data;
  const update = (isConfirmed: boolean) =>
    db.transaction((tx) => updateLocked(tx, { ownerUserId, changes, isConfirmed }));
  let result = await update(false);
  if (result === 'password-needed') {
    await confirmPassword();
    result = await update(true);
  }
  const source = result === 'done' ? await readOwnedSource(db, changes.id, ownerUserId) : null;
  return source ? { ok: true, source } : noSource();
}

async function updateLocked(
  tx: Tx,
  { ownerUserId, changes, isConfirmed }: { ownerUserId: number; changes: ParsedChanges; isConfirmed: boolean },
): Promise<'done' | 'not-found' | 'password-needed'> {
  const source = await lockSource(tx, changes.id, ownerUserId);
  const arms =
    (source?.isActive === false && changes.isActive === true) || (source?.dryRun && changes.dryRun === false);
  const isArmed = source?.tradeMode === 'REAL' && arms;
  if (!source || (isArmed && !isConfirmed)) {
    await tx.rollback();
    return source ? 'password-needed' : 'not-found';
  }
  await tx.commit(addSourceChange(new Batch(), changes.id, columnsOf(source, changes)));
  return 'done';
}

function columnsOf(source: LockedSource, { label, allowedIps, allowTradingView, maxLagSec, ...rest }: ParsedChanges) {
  const listChanges = typeof allowTradingView === 'boolean' || Array.isArray(allowedIps);
  const list = allowedIps ?? fromJson<string[]>(source.allowedIps) ?? [];
  return {
    ...(label != null && { label }),
    ...(listChanges && { allowed_ips_json: JSON.stringify(withTradingView(list, allowTradingView)) }),
    ...(rest.requireSignature != null && { require_signature: rest.requireSignature }),
    ...(rest.rateLimitPerMin != null && { rate_limit_per_min: rest.rateLimitPerMin }),
    ...(rest.identityWindowSec != null && { identity_window_sec: rest.identityWindowSec }),
    ...(maxLagSec !== undefined && { max_lag_sec: maxLagSec }),
    ...(rest.isActive != null && { is_active: rest.isActive }),
    ...(rest.dryRun != null && { dry_run: rest.dryRun }),
  };
}
