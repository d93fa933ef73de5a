import { syncDueBalances } from '../accounts/sync-balances.js';
import type { Context } from '../context.js';
import type { TradeMode } from '../core/domain.js';
import type { TouchedOrder } from '../exchange/simulated/match-resting-orders.js';
import { watchRestingOrders } from '../exchange/simulated/watch-resting-orders.js';
import type { SharedPriceBoard } from '../prices/create-price-board.js';
import { choosePriceFeed } from '../prices/feeds/price-feed.js';
import { holdPriceLease } from '../prices/feeds/price-lease.js';
import { runPriceFeed } from '../prices/feeds/run-price-feed.js';
import { cachedSimulationSymbols } from '../prices/symbols-in-use.store.js';
import { runVenueFeeds } from '../prices/feeds/venue-feeds.js';
import { syncOrders } from '../reconciliation/sync-orders.js';
import { watchAccounts } from '../reconciliation/watch-accounts.js';
import { bookRestingOrder } from '../orders/outcome/book-resting-order.js';
import { recoverOrders } from '../orders/recover/recover-orders.js';
import { keepTotals } from '../reports/keep-totals.js';
import { sweepTriggers } from '../exits/sweep-triggers.js';
import { watchTriggers } from '../exits/watch-triggers.js';

/** A context whose price board can be published to. */
export type MonitorsContext = Context & { prices: SharedPriceBoard };

export interface MonitorsOptions {
  /** Called when a resting order of the simulated exchange was filled; by default the fill is booked. */
  onOrderUpdate?: (order: TouchedOrder) => Promise<void>;
}

const SWEEP_MS = 30_000;
const ORDERS_SYNC_MS = 60_000;
const limitSweep = (tradeMode: TradeMode) => ({ limit: 500, tradeModes: [tradeMode] });

/**
 * The monitors of one process. Price feeds: each runs in one of all processes, together with the triggers that its
 * prices fire. The matching of resting simulated orders runs in every process. User streams run for the accounts that
 * this process holds. Sweeps check orders and triggers for anything that was missed.
 */
export function startMonitors(
  ctx: MonitorsContext,
  { onOrderUpdate = (order) => bookAndForget(ctx, order) }: MonitorsOptions = {},
): { stop(): Promise<void> } {
  const { env, clock, db, log, prices } = ctx;
  const symbols = cachedSimulationSymbols(db, () => clock.now());
  const feed = runPriceFeed({
    choose: () => choosePriceFeed({ settings: env, clock, log, prices, symbols }),
    emit: (batch) => prices.publish('SIMULATION', batch),
    log,
  });
  const lease = holdPriceLease({
    ...{ db, log, venue: 'SIMULATION' as const },
    onHeld: () => prices.lead('SIMULATION'),
    onChange(isLeader) {
      feed.turn(isLeader);
      triggers.hurry();
    },
  });
  const venues = runVenueFeeds(ctx, { onLead: () => triggers.hurry() });
  const watch = watchRestingOrders({ db, prices, clock, log, stalePriceMs: env.STALE_PRICE_MS }, onOrderUpdate);
  const triggers = watchTriggers(ctx, {
    leads: (venue) => (venue === 'SIMULATION' ? lease.isLeader() : venues.leads(venue)),
  });
  const accounts = watchAccounts(ctx);
  const totals = keepTotals(ctx);
  const syncDue = { notWithinMs: ORDERS_SYNC_MS * 0.75 };
  const sweeps = [
    startSweep(ctx, 'orders_sync_real', () => syncOrders(ctx, syncDue), { everyMs: ORDERS_SYNC_MS, atStart: true }),
    startSweep(ctx, 'limit_orders_monitor_real', () => recoverOrders(ctx, limitSweep('REAL'))),
    startSweep(ctx, 'limit_orders_monitor_sim', () => recoverOrders(ctx, limitSweep('SIMULATION'))),
    // Checks every half minute, and reads each account every five minutes.
    startSweep(ctx, 'balances_sync_real', () => syncDueBalances(ctx)),
    startSweep(ctx, 'sl_tp_monitor_real', () => sweepTriggers(ctx, { tradeMode: 'REAL' })),
    startSweep(ctx, 'sl_tp_monitor_sim', () => sweepTriggers(ctx, { tradeMode: 'SIMULATION' })),
  ];
  return {
    async stop() {
      // Stops the feeds first, so that no price arrives without a watcher. The leases end last, so that the next leader
      // finds the last price.
      await Promise.all([feed.stop(), venues.endFeeds()]);
      await Promise.all([triggers.stop(), accounts.stop(), totals.stop()]);
      await Promise.all([lease.stop(), venues.stop(), watch.stop(), ...sweeps.map((sweep) => sweep.stop())]);
    },
  };
}

async function bookAndForget(ctx: Context, order: TouchedOrder): Promise<void> {
  await bookRestingOrder(ctx, order);
}

/** Runs every half minute what the engines should have done themselves. Runs never overlap. */
function startSweep(
  ctx: Context,
  name: string,
  work: () => Promise<unknown>,
  { everyMs = SWEEP_MS, atStart = false } = {},
): { stop(): Promise<void> } {
  let running: Promise<void> | undefined;
  const sweep = async (): Promise<void> => {
    try {
      await work();
    } catch (err) {
      ctx.log.error({ err, sweep: name }, 'a safety sweep failed');
    }
  };
  const begin = (): void => {
    running ??= sweep().finally(() => {
      running = undefined;
    });
  };
  if (atStart) begin();
  const timer = setInterval(begin, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await running;
    },
  };
}
