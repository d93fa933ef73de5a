import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import type { SymbolResolution } from '../../core/signal/market-tickers.js';
import { addAdmitted, type AdmittedOrders } from '../../core/plan/limits.js';
import { planTrade, type Plan, type PlanFacts } from '../../core/plan/plan.js';
import { sidePrice } from '../../core/plan/plan-checks.js';
import { priceVenueOf, type PriceVenue } from '../../core/price/price-key.js';
import { Batch } from '../../infra/database/database.js';
import { addEntriesRead, addPlanReads } from './execution.store.js';
import { withPrice } from './ask-price.js';
import { readBoundAccounts, type BoundAccount } from './job-address.store.js';
import { factsFromRows } from './plan-from-rows.js';
import { readVenue } from './read-venue.js';

/** The parts of a parsed signal that a plan uses. */
export interface PlannedSignal {
  action: 'BUY_SIGNAL' | 'SELL_SIGNAL';
  /** ccxt form */
  symbol: string;
  /** The meaning of the symbol at venues where it is not `symbol`. */
  symbolAt: ReadonlyMap<PriceVenue, SymbolResolution>;
  /** Decimal; null when the signal has no price. */
  price: string | null;
  /** Why the price in the signal could not be read. */
  priceUnread: string | null;
  /** When it arrived (ms since 1970), and the age limit of its source; the default is now, without a limit. */
  receivedAt?: number;
  maxLagSec?: number | null;
}

/** Orders that count against the limits of a parameter although there are no jobs for them. */
export type AdmittedElsewhere = (key: {
  accountId: number;
  symbol: string;
  side: OrderSide;
}) => Promise<AdmittedOrders>;

type DryRunContext = Pick<Context, 'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log'>;

export interface DryRunPlan {
  accountId: number;
  side: OrderSide;
  plan: Plan;
  /** The price of the market for an order of this side, as decimal text; null when none is known. */
  price: string | null;
  /** What the plan is made from; undefined when the symbol names no single market. */
  facts: PlanFacts | undefined;
}

/**
 * Returns what a signal of this source would do now on each actively bound account, with the same plan as the executor.
 * Reads without locks and writes nothing, so the answer may change a moment later.
 */
export async function dryRunPlan(
  ctx: DryRunContext,
  {
    sourceId,
    signal,
    admittedElsewhere,
  }: { sourceId: number; signal: PlannedSignal; admittedElsewhere?: AdmittedElsewhere | undefined },
): Promise<DryRunPlan[]> {
  const accounts = await readBoundAccounts(ctx.db, sourceId);
  const plans: DryRunPlan[] = [];
  for (const account of accounts) plans.push(await dryRunAccount(ctx, { bound: account, signal, admittedElsewhere }));
  return plans;
}

/** The same for one account. */
export async function dryRunAccount(
  ctx: DryRunContext,
  {
    bound,
    signal: asked,
    admittedElsewhere,
  }: { bound: BoundAccount; signal: PlannedSignal; admittedElsewhere?: AdmittedElsewhere | undefined },
): Promise<DryRunPlan> {
  const { action, symbol: written, symbolAt, price, priceUnread, maxLagSec = null } = asked;
  const side: OrderSide = action === 'BUY_SIGNAL' ? 'BUY' : 'SELL';
  const { account, tradeMode, weight } = bound;
  const { id } = account;
  const resolved = symbolAt.get(priceVenueOf(account)) ?? { symbol: written };
  if ('refusal' in resolved)
    return {
      accountId: id,
      side,
      plan: { kind: 'skip', refusal: resolved.refusal, trace: [] },
      price: null,
      facts: undefined,
    };
  const { symbol } = resolved;
  const venue = await withPrice(ctx, { account, symbol }, await readVenue(ctx, { account, symbol }));
  const quote = venue.market?.quote ?? symbol.split('/')[1] ?? '';
  const now = ctx.clock.now();
  const batch = new Batch();
  const readPlan = addPlanReads(batch, { accountIds: [id], symbol, side, tradeMode, quote, now }, { lock: false });
  const readPaused = addEntriesRead(batch, [id], { lock: false });
  const results = await ctx.db.run(batch);
  const elsewhere = await admittedElsewhere?.({ accountId: id, symbol, side });
  const signal = { price, priceUnread, receivedAt: asked.receivedAt ?? now, maxLagSec };
  const address = { side, symbol, tradeMode, account, signal, weight };
  const read = readPlan(results)(id);
  const rows = elsewhere ? { ...read, admitted: addAdmitted(read.admitted, elsewhere) } : read;
  const entriesPaused = readPaused(results).get(id) ?? false;
  const facts = factsFromRows(ctx, { address, venue, rows, entriesPaused }, now);
  return {
    accountId: id,
    side,
    plan: planTrade(facts),
    price: facts.price ? sidePrice(facts.price, side) : null,
    facts,
  };
}
