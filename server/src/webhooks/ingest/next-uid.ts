import { createHash } from 'node:crypto';
import type { Context } from '../../context.js';
import { countedUid, eventIdentity, type SignalIdentity } from '../../core/signal/event-identity.js';
import { readSignal, type SignalReading } from '../../core/signal/read-signal.js';
import { findNewest, type IngestSource, type NewestReceipt } from './webhooks.store.js';

/** In hex. */
export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');

/** A longer body is not read before its sender is known. */
const GUESS_BYTES_MAX = 4_096;

/**
 * What a signal says by the words that every source knows, read before the source is: how its repeats are called goes
 * into the question for the source. What the source was taught may change it, then it is asked for again.
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

/** The uid of a signal that is counted: the newest is known already when it was asked for by its body or this prefix. */
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
