import type { PriceKey } from './core/price/price-key.js';
import type { VenuePrice } from './core/price/venue-price.js';
import type { AccountRef } from './exchange/exchange.js';
import type { JobAddress } from './orders/claim/job-address.store.js';
import type { ClaimedOrder } from './orders/claim/next-execution.js';

// What several features use and one of them provides. They are declared here, beside the context that carries them, so
// that nobody imports the provider.

/** The latest price of each symbol at each venue as this process knows it. */
export interface PriceBoard {
  /** undefined when no price was ever seen; the caller judges its age by `at`. */
  get(key: PriceKey): VenuePrice | undefined;
  /** Of every venue. */
  all(): VenuePrice[];
  /** Called with every batch of newer prices, of whatever venue; answers the way to stop. */
  subscribe(listener: (changed: readonly VenuePrice[]) => void): () => void;
  /** One point a second for the last hour, oldest first. Empty when Redis is away. */
  history(key: PriceKey): Promise<{ at: number; price: string }[]>;
}

/** What an executor is woken with. The moments are for the timeline; the truth is the row in trade_jobs. */
export interface JobMessage {
  jobId: number;
  /** ms since 1970, when the row was committed and when it was handed over. */
  committedAt: number;
  queuedAt: number;
  /**
   * A sell whose size and position stand: an exit, a close by hand, another attempt of one. It depends on nothing that
   * waits, so it goes before everything that does. A signal's sell does not: the buy before it comes first.
   */
  isUrgent?: boolean | undefined;
  /** What the ingest already knows of the job; it saves the executor of the same process a round trip. */
  address?: JobAddress;
}

/** Wakes an executor for committed jobs: in process when one lives here, else through Redis. Never throws, never waits. */
export interface TradeQueue {
  enqueue(messages: readonly JobMessage[]): void;
  /** An executor of this process that is asked before Redis; answers the way to part again. */
  attach?(taker: JobConsumer): () => void;
  /**
   * Sets a run of this process's executor aside for a sell that its caller will commit as claimed, with its execution:
   * that saves the executor a transaction. undefined when there is none here, none is free, or the account may not trade
   * yet: then the job is committed PENDING and enqueued.
   */
  reserve?(account: AccountRef): ReservedRun | undefined;
}

/** Exactly one of the two is called, once. */
export interface ReservedRun {
  /** Sends an order whose execution is committed, and books what comes of it. */
  send(order: ClaimedOrder): void;
  release(): void;
}

/** Somebody in this process who runs jobs. */
export interface JobConsumer {
  /** true = taken; false = no room, tell somebody else. */
  offer(message: JobMessage): boolean;
  reserve(account: AccountRef): ReservedRun | undefined;
}

export interface BalanceRefresher {
  /** Something was booked on this account: its balances are read again soon. Costs nothing for a simulated one. */
  touch(account: AccountRef): void;
  /** Starts no reading any more and waits for those under way. */
  stop(): Promise<void>;
}

/** Tells every process that this user has new live events. Called after the commit; losing it costs a second. */
export interface LiveNotifier {
  notify(userId: number): void;
}

/** As the hub sees it: what this process and all others have committed. */
export interface LiveChannel extends LiveNotifier {
  /** Calls back with users who have new live events; answers the way to stop. */
  listen(listener: (userIds: readonly number[]) => void): () => void;
}
