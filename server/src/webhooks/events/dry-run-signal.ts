import { createHash } from 'node:crypto';
import type { Context } from '../../context.js';
import type { Plan } from '../../core/plan/plan.js';
import { eventIdentity } from '../../core/signal/event-identity.js';
import { readSignal, type SignalReading } from '../../core/signal/read-signal.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { checkAge } from '../ingest/ingest-signal.js';
import { nextUid } from '../ingest/next-uid.js';
import { dryRunPlan } from '../../orders/claim/dry-run-plan.js';
import { readDryAdmitted } from '../dry-runs/dry-run.store.js';
import { findSource } from '../ingest/webhooks.store.js';
import { hasSignal } from './webhook-view.store.js';

export interface DryRunResult {
  reading: SignalReading;
  eventUid: string;
  wouldBeDuplicate: boolean;
  /** Why no account would trade it. */
  refusal: Refusal | null;
  accounts: { accountId: number; side: 'BUY' | 'SELL'; plan: Plan }[];
}

/**
 * Reads and plans a message as if it had been POSTed to the source, and stores nothing. `webhookCode` must be the
 * caller's own source. Refusal: SOURCE_NOT_FOUND, when the source is switched off.
 */
export async function dryRunSignal(
  ctx: Pick<Context, 'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log' | 'markets'>,
  { webhookCode, message }: { webhookCode: string; message: string },
): Promise<({ ok: true } & DryRunResult) | Refusal> {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const bodyHash = sha256(message);
  const found = await findSource(ctx.db, webhookCode, { bodyHash, idPrefix: null });
  if (!found) return refuse('SOURCE_NOT_FOUND', 'This source is switched off: switch it on to try it.');
  const { source, phrases } = found;
  const now = ctx.clock.now();
  const reading = readSignal({ text: message, phrases });
  const identity = eventIdentity({ reading, messageId: null, bodyHash, windowSec: source.identityWindowSec, sha256 });
  const eventUid =
    identity.kind === 'uid' ? identity.uid : await nextUid(ctx, source, identity, { ...found, receivedAtMs: now });
  const wouldBeDuplicate = await hasSignal(ctx.db, source.id, eventUid);
  const refusal = checkAge(source, reading, { nowMs: now, signedMaxAgeSec: null }) ?? reading.refusal;
  const { action, symbol, price, priceUnread, symbolRaw: raw, symbolCandidates: candidates } = reading;
  const symbolAt = await ctx.markets.resolve({ raw, candidates });
  const accounts =
    refusal || action === 'UNKNOWN' || symbol === null
      ? []
      : await dryRunPlan(ctx, {
          ...{ sourceId: source.id, signal: { action, symbol, symbolAt, price, priceUnread } },
          // A dry source would count what it would have traded before.
          ...(source.dryRun && {
            admittedElsewhere: (key) => readDryAdmitted(ctx.db, { ...key, now: ctx.clock.now() }),
          }),
        });
  return { ok: true, reading, eventUid, wouldBeDuplicate, refusal, accounts };
}
