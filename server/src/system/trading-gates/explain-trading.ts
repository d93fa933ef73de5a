import { readAccountsById, type AccountRow } from '../../accounts/account.store.js';
import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import type { PlannedOrder } from '../../core/plan/plan.js';
import { bindingGate, refusedBy, sourceGates } from '../../core/plan/signal-gates.js';
import { firstBlocked, type Gate } from '../../core/plan/trading-gates.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { fromJson } from '../../infra/database/database.js';
import { readBindings, readSourcesById, type SourceRow } from '../../webhooks/events/webhook-view.store.js';
import { createSourceLimits } from '../../webhooks/ingest/source-limits.js';
import { readLastArrivals } from '../../webhooks/watch/signal-watch.store.js';
import { explainAccount } from './explain-account.js';
import { readRefusalsOfSource } from './trading-gates.store.js';

export type ExplainContext = Pick<
  Context,
  'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log' | 'markets' | 'redis'
>;

export interface Asked {
  /** null = leave out the gates of a source. */
  sourceId: number | null;
  /** null = only those of the source. With an account, `symbol` is needed. */
  accountId: number | null;
  /** In any spelling. */
  symbol: string | null;
  side: OrderSide;
  /** Decimal; the price that the signal names. null = the present price. */
  price: string | null;
}

export interface ExplainedGate extends Gate {
  /** How many signals it refused in the last 24 hours. */
  refused: number;
}

export interface TradingExplained {
  gates: ExplainedGate[];
  /** The gate that stops a signal first; null = a signal would trade now. */
  blockedBy: ExplainedGate | null;
  source: SourceRow | null;
  account: AccountRow | null;
  /** The symbol as the exchange of the account names it. */
  symbol: string | null;
  /** The present price for this side; null when none is known. */
  price: string | null;
  /** What would be ordered, when nothing blocks. */
  order: PlannedOrder | null;
  /** ms since 1970; null = never, or no source was asked for. */
  lastSignalAt: number | null;
}

const DAY_MS = 86_400_000;

/**
 * Says for a source, an account and a symbol which gates a signal that comes now would pass, by the same rules as the
 * pipeline. Reads without locks and writes nothing. Refusals: SOURCE_NOT_FOUND, ACCOUNT_NOT_FOUND, SYMBOL_MISSING.
 */
export async function explainTrading(
  ctx: ExplainContext,
  ownerUserId: number,
  asked: Asked,
): Promise<({ ok: true } & TradingExplained) | Refusal> {
  const { sourceId, accountId, symbol } = asked;
  const [source] = sourceId === null ? [] : await readSourcesById(ctx.db, ownerUserId, [sourceId]);
  if (sourceId !== null && !source) return refuse('SOURCE_NOT_FOUND', 'There is no such webhook source.');
  const [account] = accountId === null ? [] : await readAccountsById(ctx.db, ownerUserId, [accountId]);
  if (accountId !== null && !account) return refuse('ACCOUNT_NOT_FOUND');
  if (account && symbol === null) return refuse('SYMBOL_MISSING', 'Say for which symbol of the account.');
  const bindings = source ? await readBindings(ctx.db, ownerUserId, [source.id]) : [];
  const binding = bindings.find((one) => (account ? one.exchange_account_id === account.id : one.is_active));
  const ofSource = source ? await explainSource(ctx, source) : undefined;
  const ofAccount =
    account && symbol !== null
      ? await explainAccount(ctx, ownerUserId, { account, source, binding, ...asked, symbol })
      : undefined;
  const counts = { ...ofSource?.refused, ...ofAccount?.refused };
  const gates = [
    ...(ofSource?.gates ?? []),
    ...(source ? [bindingGate(binding ? { isActive: binding.is_active } : null)] : []),
    ...(ofAccount?.gates ?? []),
  ].map((one) => ({ ...one, refused: refusedBy(one.code, counts) }));
  return {
    ...{ ok: true, gates, source: source ?? null, account: account ?? null },
    blockedBy: (firstBlocked(gates) as ExplainedGate | undefined) ?? null,
    ...{ symbol: ofAccount?.symbol ?? null, price: ofAccount?.price ?? null, order: ofAccount?.order ?? null },
    lastSignalAt: ofSource?.lastSignalAt ?? null,
  };
}

async function explainSource(ctx: ExplainContext, source: SourceRow) {
  const { id: sourceId, rate_limit_per_min: rateLimitPerMin } = source;
  const since = new Date(ctx.clock.now() - DAY_MS);
  const [refused, usedInMinute, [last]] = await Promise.all([
    readRefusalsOfSource(ctx.db, { sourceId, since }),
    createSourceLimits(ctx).used(sourceId, rateLimitPerMin),
    readLastArrivals(ctx.db, sourceId, 1),
  ]);
  const gates = sourceGates({
    ...{ isActive: source.is_active, adminLocked: source.admin_locked, dryRun: source.dry_run },
    allowedIps: fromJson<string[]>(source.allowed_ips_json)?.length ?? 0,
    ...{ requireSignature: source.require_signature, hasSigningSecret: source.signing_secret_enc !== null },
    ...{ hasBodyToken: source.body_token_hash !== null, usedInMinute, rateLimitPerMin, refused },
  });
  return { gates, refused, lastSignalAt: last?.at ?? null };
}
