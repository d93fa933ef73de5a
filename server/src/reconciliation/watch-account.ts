import type { Exchange, ListedOrder } from '../exchange/exchange.js';
import { readOpenOf } from '../orders/recover/open-order.store.js';
import type { SyncedAccount } from './account-sync.store.js';
import { bookOrderUpdate } from './book-order-update.js';
import { isRemote } from '../exchange/exchange.js';
import { reconcileOrders, type ReconcileContext } from './reconcile-orders.js';

export type AccountWatchContext = ReconcileContext;

export interface AccountWatch {
  /** Checks whether the connection settings of the account changed (its key, for example) and reconnects if so. */
  refresh(): void;
  /** Ends the stream and waits for running bookings. */
  stop(): Promise<void>;
}

/** How often the orders of an account without a stream are read while it has any. */
const POLL_MS = 10_000;
/** Without a stream, an account with no order of ours is compared this often. */
const QUIET_COMPARE_MS = 30_000;
const RETRY_MIN_MS = 1_000;
const RETRY_MAX_MS = 60_000;

/**
 * Follows the orders of one account. With a user stream, updates are booked in order as they arrive, and the account is
 * compared at the start and after each gap. Without one, its resting orders are read every few seconds. After a failure
 * or an incomplete report it is compared again, after a growing pause.
 */
export function watchAccount(
  ctx: AccountWatchContext,
  account: SyncedAccount,
  { pollMs = POLL_MS }: { pollMs?: number } = {},
): AccountWatch {
  const watch = new Watch(ctx, account, pollMs);
  watch.refresh();
  return watch;
}

class Watch implements AccountWatch {
  private exchange: Exchange | undefined;
  private stream: { stop(): Promise<void> } | undefined;
  private working: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;
  private retryMs = RETRY_MIN_MS;
  private isStopped = false;
  /** When the last comparison began (performance.now()). */
  private comparedAt = performance.now();

  constructor(
    private readonly ctx: AccountWatchContext,
    private readonly account: SyncedAccount,
    private readonly pollMs: number,
  ) {}

  refresh(): void {
    const found = this.ctx.exchanges.forReading(this.account);
    const exchange = 'exchange' in found ? found.exchange : undefined;
    if (this.isStopped || exchange === this.exchange) return;
    this.closeSockets();
    this.exchange = exchange;
    if (!exchange || !isRemote(exchange)) return;
    this.stream = exchange.remote.watchOrders?.({
      onOrder: (order) => this.book(exchange, order),
      onGap: () => this.compareIn(0),
    });
    this.compareIn(0);
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    const { stream } = this;
    this.stream = undefined;
    await stream?.stop();
    await this.working;
  }

  private closeSockets(): void {
    const { stream } = this;
    this.stream = undefined;
    stream
      ?.stop()
      .catch((err: unknown) => this.ctx.log.warn({ err, ...this.subject() }, 'a stream could not be closed'));
  }

  /** Runs one after the other, so that the updates of an order are booked in order. */
  private inTurn(work: () => Promise<void>): void {
    this.working = this.working.then(async () => {
      if (!this.isStopped) await work();
    });
  }

  private book(exchange: Exchange, order: ListedOrder): void {
    if (exchange !== this.exchange) return;
    this.inTurn(async () => {
      try {
        const outcome = await bookOrderUpdate(this.ctx, this.account, { exchange, order });
        if (outcome === 'incomplete') this.compareIn(RETRY_MIN_MS);
      } catch (err) {
        this.ctx.log.warn({ err, ...this.subject() }, 'an order update could not be booked; its order is looked up');
        this.compareIn(RETRY_MIN_MS);
      }
    });
  }

  private compareIn(ms: number): void {
    if (this.isStopped) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.inTurn(() => this.compare()), ms);
  }

  private async compare(): Promise<void> {
    const { ctx, account, exchange } = this;
    if (!exchange || !isRemote(exchange)) return;
    let isEqual = false;
    try {
      // Without a stream most comparisons are needless, because no order of ours rests there. But an order of somebody
      // else must be found within a minute.
      const isDue = performance.now() - this.comparedAt >= QUIET_COMPARE_MS;
      const isNeeded = this.stream !== undefined || isDue || (await readOpenOf(ctx.db, account.id)).length > 0;
      if (isNeeded) this.comparedAt = performance.now();
      isEqual = !isNeeded || (await reconcileOrders(ctx, account, exchange)).differed === 0;
    } catch (err) {
      ctx.log.warn({ err, ...this.subject() }, 'the orders of an account could not be compared; it is tried again');
    }
    this.retryMs = isEqual ? RETRY_MIN_MS : Math.min(this.retryMs * 2, RETRY_MAX_MS);
    if (!isEqual) this.compareIn(this.retryMs);
    else if (!this.stream) this.compareIn(this.pollMs);
  }

  private subject(): { accountId: number } {
    return { accountId: this.account.id };
  }
}
