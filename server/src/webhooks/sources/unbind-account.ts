import type { Context } from '../../context.js';
import { refuse } from '../../core/reasons.js';
import { noSource, type SourceChanged } from './source-settings.js';
import { deleteBinding, readOwnedSource } from './webhook-source.store.js';

/** Ends a binding. Its existing jobs continue. Refusals: SOURCE_NOT_FOUND, BINDING_NOT_FOUND. */
export async function unbindAccount(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  { sourceId, accountId }: { sourceId: number; accountId: number },
): Promise<SourceChanged> {
  const source = await readOwnedSource(db, sourceId, ownerUserId);
  if (!source) return noSource();
  return (await deleteBinding(db, sourceId, accountId)) ? { ok: true, source } : refuse('BINDING_NOT_FOUND');
}
