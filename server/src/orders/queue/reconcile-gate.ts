import { setMaxListeners } from 'node:events';
import type { Logger } from 'pino';
import type { OrderSide } from '../../core/domain.js';
import type { AccountRef, ExchangeRegistry } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';

/**
 * Holds back new orders of an account at a real exchange until its orders were compared once since this process
 * started: what happened there while we were down is booked before anything new is decided. After that its sells go
 * first, so that a waiting exit is not queued behind entries.
 */
export interface ReconcileGate {
  /** Whether an order of this side may be sent for the account. If not, its orders are compared until that succeeds. */
  admits(account: AccountRef, side: OrderSide): boolean;
  /** The accounts that are held back. */
  blockedAccounts(): number[];
  /** Stops all comparisons; the accounts stay held back. */
  stop(): Promise<void>;
}

export interface ReconcileGateOptions {
  exchanges: ExchangeRegistry;
  log: Logger;
  /** Compares the account's orders with its exchange; rejects when that failed. */
  reconcile: (account: AccountRef) => Promise<unknown>;
  /** The account may trade now, sells first: buys wait until these have started or took too long. */
  onOpen: (accountId: number, side: OrderSide) => Promise<unknown>;
  /** The pause after the first failure; it doubles with each one, up to `maxPauseMs`, with jitter. */
  minPauseMs?: number;
  maxPauseMs?: number;
}

/** Entries wait at most this long for the exits that were held back. */
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
  // One listener for every account that is held back.
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
        log.warn({ err, accountId, side }, 'the waiting jobs of an account are left to the sweep'),
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
