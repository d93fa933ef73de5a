import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import type { SymbolResolution } from '../../core/signal/market-tickers.js';
import type { Plan } from '../../core/plan/plan.js';
import { priceVenueOf, type PriceVenue } from '../../core/price/price-key.js';
import { Batch } from '../../infra/database/database.js';
import { addEntriesRead, addPlanReads } from './execution.store.js';
import { withPrice } from './ask-price.js';
import { readBoundAccounts, type BoundAccount } from './job-address.store.js';
import { planFromRows } from './plan-from-rows.js';
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
}

export interface DryRunPlan {
  accountId: number;
  side: OrderSide;
  plan: Plan;
}

/**
 * Returns what a signal of this source would do now on each actively bound account, with the same plan as the executor.
 * Reads without locks and writes nothing, so the answer may change a moment later.
 */
export async function dryRunPlan(
  ctx: Pick<Context, 'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log'>,
  { sourceId, signal }: { sourceId: number; signal: PlannedSignal },
): Promise<DryRunPlan[]> {
  const accounts = await readBoundAccounts(ctx.db, sourceId);
  const plans: DryRunPlan[] = [];
  for (const account of accounts) plans.push(await dryRunAccount(ctx, account, signal));
  return plans;
}

async function dryRunAccount(
  ctx: Pick<Context, 'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log'>,
  bound: BoundAccount,
  { action, symbol: written, symbolAt, price, priceUnread }: PlannedSignal,
): Promise<DryRunPlan> {
  const side: OrderSide = action === 'BUY_SIGNAL' ? 'BUY' : 'SELL';
  const { account, tradeMode, weight } = bound;
  const { id } = account;
  const resolved = symbolAt.get(priceVenueOf(account)) ?? { symbol: written };
  if ('refusal' in resolved)
    return { accountId: id, side, plan: { kind: 'skip', refusal: resolved.refusal, trace: [] } };
  const { symbol } = resolved;
  const venue = await withPrice(ctx, { account, symbol }, await readVenue(ctx, { account, symbol }));
  const quote = venue.market?.quote ?? symbol.split('/')[1] ?? '';
  const now = ctx.clock.now();
  const batch = new Batch();
  const readPlan = addPlanReads(batch, { accountIds: [id], symbol, side, tradeMode, quote, now }, { lock: false });
  const readPaused = addEntriesRead(batch, [id], { lock: false });
  const results = await ctx.db.run(batch);
  const signal = { price, priceUnread, receivedAt: now, maxLagSec: null };
  const address = { side, symbol, tradeMode, account, signal, weight };
  const rows = readPlan(results)(id);
  const entriesPaused = readPaused(results).get(id) ?? false;
  return { accountId: id, side, plan: planFromRows(ctx, { address, venue, rows, entriesPaused }, now) };
}
