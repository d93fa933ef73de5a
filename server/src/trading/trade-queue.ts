import type { AccountRef } from '../exchange/exchange.js';
import type { ClaimedOrder } from './execute-trade.js';
import type { JobAddress } from './job-address.store.js';

/** What an executor is woken with. The moments are for the timeline; the truth is the row in trade_jobs. */
export interface TradeTicket {
  jobId: number;
  /** ms since 1970, when the row was committed and when it was handed over. */
  committedAt: number;
  queuedAt: number;
  /**
   * A sell whose size and position stand: an exit, a close by hand, another attempt of one. It depends on nothing that
   * waits, so it goes before everything that does. A signal's sell does not: the buy before it comes first.
   */
  isUrgent?: boolean;
  /** What the ingest already knows of the job; it saves the executor of the same process a round trip. */
  address?: JobAddress;
}

/** Wakes an executor for committed jobs: in process when one lives here, else through Redis. Never throws, never waits. */
export interface TradeQueue {
  enqueue(tickets: readonly TradeTicket[]): void;
  /** An executor of this process that is asked before Redis; answers the way to part again. */
  attach?(taker: TicketTaker): () => void;
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
export interface TicketTaker {
  /** true = taken; false = no room, tell somebody else. */
  offer(ticket: TradeTicket): boolean;
  reserve(account: AccountRef): ReservedRun | undefined;
}
