import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { OrderSide } from '../../core/domain.js';
import type { AccountRef, ExchangeRegistry } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';

/**
 * Holds back new orders of an account at a real exchange until its orders were compared once since this process
 * started: what happened there while nobody looked is booked before anything new is decided on it. Then its sells go
 * first: an exit that waited does not stand in line behind entries.
 */
export interface ReconcileGate {
  /** Whether such an order of the account may be sent. One that may not is compared from now on until it succeeds. */
  admits(account: AccountRef, side: OrderSide): boolean;
  /** The accounts that wait. */
  blockedAccounts(): number[];
  /** Ends the waiting of all; they stay held back. */
  stop(): Promise<void>;
}

export interface ReconcileGateOptions {
  exchanges: ExchangeRegistry;
  log: Logger;
  /** Compares the account's orders with its exchange; rejects when that did not succeed. */
  reconcile: (account: AccountRef) => Promise<unknown>;
  /** The account may trade from now on, first its sells: until these are on their way, or it took too long, no buys. */
  onOpen: (accountId: number, side: OrderSide) => Promise<unknown>;
  /** The pause after the first failure; it doubles with each, up to `maxPauseMs`, jittered. */
  minPauseMs?: number;
  maxPauseMs?: number;
}

/** Entries wait this long for the exits that waited. */
const SELLS_FIRST_MS = 3_000;

const keyOf = (accountId: number, side: OrderSide): string => `${accountId}/${side}`;

export function createReconcileGate({
  exchanges,
  log,
  reconcile,
  onOpen,
  minPauseMs = 500,
  maxPauseMs = 5_000,
}: ReconcileGateOptions): ReconcileGate {
  const open = new Set<string>();
  const waiting = new Map<number, Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;
  // One for every account that waits.
  setMaxListeners(0, signal);

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const timer = setTimeout(done, ms);
      function done(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
      signal.addEventListener('abort', done);
    });

  const letThrough = async (accountId: number): Promise<void> => {
    for (const side of ['SELL', 'BUY'] as const) {
      open.add(keyOf(accountId, side));
      await withTimeout(onOpen(accountId, side), SELLS_FIRST_MS).catch((err: unknown) =>
        log.warn({ err, accountId, side }, 'what waited for an account is left to the sweep'),
      );
    }
  };

  const wait = async (account: AccountRef): Promise<void> => {
    for (let pauseMs = minPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        await reconcile(account);
        return await letThrough(account.id);
      } catch (err) {
        log.warn({ err, accountId: account.id }, 'an account is held back until its orders can be compared');
        await pause(pauseMs * (0.75 + Math.random() / 2));
      }
    }
  };

  return {
    admits(account, side) {
      if (open.has(keyOf(account.id, side))) return true;
      const found = exchanges.forAccount(account);
      // Only we trade on a simulated exchange: nothing happened there without us.
      if (!found.ok || !found.exchange.remote) return true;
      if (!waiting.has(account.id) && !signal.aborted) {
        waiting.set(
          account.id,
          wait(account).finally(() => waiting.delete(account.id)),
        );
      }
      return false;
    },
    blockedAccounts: () => [...waiting.keys()],
    async stop() {
      stopping.abort();
      await Promise.allSettled(waiting.values());
    },
  };
}
