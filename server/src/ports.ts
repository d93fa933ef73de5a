import type { PriceKey } from './core/price/price-key.js';
import type { VenuePrice } from './core/price/venue-price.js';
import type { AccountRef } from './exchange/exchange.js';
import type { JobAddress } from './orders/claim/job-address.store.js';
import type { ClaimedOrder } from './orders/claim/next-execution.js';

// Interfaces that several features use and one of them implements. They are declared here, beside the context, so that
// no feature imports the implementation.

/** The latest known price of each symbol at each venue. */
export interface PriceBoard {
  /** undefined when no price was ever received; the caller must check its age by `at`. */
  get(key: PriceKey): VenuePrice | undefined;
  /** The prices of every venue. */
  all(): VenuePrice[];
  /** Calls `listener` with every batch of newer prices, of any venue; returns a function to unsubscribe. */
  subscribe(listener: (changed: readonly VenuePrice[]) => void): () => void;
  /** One point per second for the last hour, or the newest `points` of them, oldest first. Empty when Redis is down. */
  history(key: PriceKey, points?: number): Promise<{ at: number; price: string }[]>;
}

/** The message that wakes an executor. Its timestamps are for the timeline; the row in trade_jobs is authoritative. */
export interface JobMessage {
  jobId: number;
  /** When the row was committed and when it was passed on, ms since 1970. */
  committedAt: number;
  queuedAt: number;
  /**
   * A sell that already has a size and position: an exit, a manual close, or another attempt of one. It depends on no
   * waiting job, so it goes first. A signal's sell does not: earlier buys come first.
   */
  isUrgent?: boolean | undefined;
  /** What the ingest already knows about the job; it saves the executor of the same process a round trip. */
  address?: JobAddress;
}

/**
 * Wakes an executor for committed jobs: directly when this process has one, otherwise through Redis. Never throws,
 * never waits.
 */
export interface TradeQueue {
  enqueue(messages: readonly JobMessage[]): void;
  /** Registers the executor of this process, which gets jobs before Redis does; returns a function to detach it. */
  attach?(taker: JobConsumer): () => void;
  /**
   * Reserves a run of this process's executor for a sell that the caller will commit as claimed, with its execution:
   * that saves the executor a transaction. undefined when this process has no executor, no run is free, or the account
   * may not trade yet: then commit the job as PENDING and enqueue it.
   */
  reserve?(account: AccountRef): ReservedRun | undefined;
}

/** Call exactly one of the two, once. */
export interface ReservedRun {
  /** Sends an order whose execution is committed, and books the result. */
  send(order: ClaimedOrder): void;
  release(): void;
}

/** The part of this process that runs jobs. */
export interface JobConsumer {
  /** true = taken; false = no room, pass it to another executor. */
  offer(message: JobMessage): boolean;
  reserve(account: AccountRef): ReservedRun | undefined;
}

export interface BalanceRefresher {
  /** Reads the balances of this account soon, after a booking. Free of cost for a simulated account. */
  touch(account: AccountRef): void;
  /** Starts no new reads and waits for running ones. */
  stop(): Promise<void>;
}

/**
 * Tells every process that this user has new live events. Called after the commit; a lost call only delays the events
 * by a second.
 */
export interface LiveNotifier {
  notify(userId: number): void;
}

/** The view of the hub: the events of this and all other processes. */
export interface LiveChannel extends LiveNotifier {
  /** Calls `listener` with the users who have new live events; returns a function to stop. */
  listen(listener: (userIds: readonly number[]) => void): () => void;
}
