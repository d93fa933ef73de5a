import { createHash } from 'node:crypto';
import type { Context } from '../../context.js';
import { countedUid, eventIdentity, type SignalIdentity } from '../../core/signal/event-identity.js';
import { readSignal, type SignalReading } from '../../core/signal/read-signal.js';
import { findNewest, type IngestSource, type NewestReceipt } from './webhooks.store.js';

/** In hex. */
export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** A longer body is not read before its sender is verified. */
const GUESS_BYTES_MAX = 4_096;

/**
 * What a signal says by the words that every source knows. It is read before the source is loaded, because the query
 * for the source also searches for repeats and needs the prefix of their uids. If the source's own phrases change the
 * reading, the query is repeated.
 */
export function guessSignal(
  text: string | null,
  bodyHash: string | null,
): { reading: SignalReading; idPrefix: string | null } | undefined {
  if (text === null || bodyHash === null || text.length > GUESS_BYTES_MAX) return undefined;
  const reading = readSignal({ text, phrases: [] });
  const identity = eventIdentity({ reading, messageId: null, bodyHash, windowSec: 0, sha256 });
  return { reading, idPrefix: identity.kind === 'counted' && identity.by !== 'body' ? identity.prefix : null };
}

/**
 * The uid of a signal that gets a running number. The newest number is known when the query searched by this body or
 * this prefix.
 */
export async function nextUid(
  ctx: Pick<Context, 'db'>,
  source: IngestSource,
  identity: Extract<SignalIdentity, { kind: 'counted' }>,
  {
    newest,
    newestById,
    idPrefix,
    receivedAtMs,
  }: {
    newest: NewestReceipt | null;
    newestById: NewestReceipt | null;
    idPrefix?: string | null | undefined;
    receivedAtMs: number;
  },
): Promise<string> {
  const byPrefix = async () =>
    identity.prefix === idPrefix ? newestById : await findNewest(ctx.db, source.id, identity.prefix);
  return countedUid(identity, identity.by === 'body' ? newest : await byPrefix(), receivedAtMs);
}
