import type { Context } from '../context.js';
import type { PriceVenue } from '../core/price/price-key.js';
import type { TouchedOrder } from '../exchange/simulated/match-resting-orders.js';
import { watchRestingOrders } from '../exchange/simulated/watch-resting-orders.js';
import type { SharedPriceBoard } from '../prices/create-price-board.js';
import { choosePriceFeed } from '../prices/feeds/price-feed.js';
import { handOverFeed } from '../prices/feeds/hand-over-feed.js';
import { holdPriceLease } from '../prices/feeds/price-lease.js';
import { runPriceFeed } from '../prices/feeds/run-price-feed.js';
import { cachedSimulationSymbols } from '../prices/symbols-in-use.store.js';
import { fillCandles } from '../prices/candles/fill-candles.js';
import { keepCandles } from '../prices/candles/keep-candles.js';
import { runVenueFeeds } from '../prices/feeds/venue-feeds.js';
import { watchAccounts } from '../reconciliation/watch-accounts.js';
import { bookRestingOrder } from '../orders/outcome/book-resting-order.js';
import { keepTotals } from '../reports/keep-totals.js';
import { watchTriggers } from '../exits/watch-triggers.js';
import { scheduledWorks } from '../scheduled-jobs/scheduled-works.js';
import { startScheduler } from '../scheduled-jobs/scheduler.js';
import { startNotifier } from '../notifications/deliver/start-notifier.js';

/** A context whose price board can be published to. */
export type MonitorsContext = Context & { prices: SharedPriceBoard };

export interface MonitorsOptions {
  /** Called when a resting order of the simulated exchange was filled; by default the fill is booked. */
  onOrderUpdate?: (order: TouchedOrder) => Promise<void>;
}

/**
 * The monitors of one process. Price feeds: each runs in one of all processes, together with the triggers that its
 * prices fire. The matching of resting simulated orders runs in every process. User streams run for the accounts that
 * this process holds. Scheduled jobs run in one of all processes; some of them check what the engines may have missed.
 * Notifications are sent by every process, each channel by one at a time.
 */
export function startMonitors(
  ctx: MonitorsContext,
  { onOrderUpdate = (order) => bookAndForget(ctx, order) }: MonitorsOptions = {},
): { stop(): Promise<void> } {
  const { env, clock, db, log, prices } = ctx;
  const symbols = cachedSimulationSymbols(db, () => clock.now());
  const filler = fillCandles(ctx, { venue: 'SIMULATION' });
  const feed = runPriceFeed({
    choose: () => choosePriceFeed({ settings: env, clock, log, prices, symbols, onSymbols: filler.follow }),
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
  const leads = (venue: PriceVenue) => (venue === 'SIMULATION' ? lease.isLeader() : venues.leads(venue));
  const candles = keepCandles(ctx, { leads });
  const watch = watchRestingOrders({ db, prices, clock, log, stalePriceMs: env.STALE_PRICE_MS }, onOrderUpdate);
  const triggers = watchTriggers(ctx, { leads });
  const accounts = watchAccounts(ctx);
  const totals = keepTotals(ctx);
  const scheduler = startScheduler(ctx, scheduledWorks(ctx));
  const notifier = startNotifier(ctx);
  return {
    async stop() {
      // Another process takes the feeds while they still run here.
      await Promise.all([
        scheduler.stop(),
        notifier.stop(),
        handOverFeed(lease, { isFollowed: () => prices.isFollowed('SIMULATION') }),
        venues.handOver(),
      ]);
      // Then stops the feeds first, so that no price arrives without a watcher. The leases end last, so that the next leader
      // finds the last price.
      await Promise.all([feed.stop(), filler.stop(), venues.endFeeds()]);
      await Promise.all([triggers.stop(), accounts.stop(), totals.stop(), candles.stop()]);
      await Promise.all([lease.stop(), venues.stop(), watch.stop()]);
    },
  };
}

async function bookAndForget(ctx: Context, order: TouchedOrder): Promise<void> {
  await bookRestingOrder(ctx, order);
}
