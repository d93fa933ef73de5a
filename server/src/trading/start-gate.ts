import type { Logger } from 'pino';
import type { AccountRef, ExchangeRegistry } from '../exchange/exchange.js';

/**
 * Holds back new orders of an account at a real exchange until its orders were compared once since this process
 * started: what happened there while nobody looked is booked before anything new is decided on it.
 */
export interface StartGate {
  /** Whether new orders of the account may be sent. One that may not is compared from now on until it succeeds. */
  admits(account: AccountRef): boolean;
  /** The accounts that wait. */
  heldBack(): number[];
  /** Ends the waiting of all; they stay held back. */
  stop(): Promise<void>;
}

export interface StartGateOptions {
  exchanges: ExchangeRegistry;
  log: Logger;
  /** Compares the account's orders with its exchange; rejects when that did not succeed. */
  reconcile: (account: AccountRef) => Promise<unknown>;
  /** The account may trade from now on. */
  onOpen: (accountId: number) => void;
  /** The pause after the first failure; it doubles with each, up to `maxPauseMs`, jittered. */
  minPauseMs?: number;
  maxPauseMs?: number;
}

export function createStartGate({
  exchanges,
  log,
  reconcile,
  onOpen,
  minPauseMs = 500,
  maxPauseMs = 5_000,
}: StartGateOptions): StartGate {
  const open = new Set<number>();
  const waiting = new Map<number, Promise<void>>();
  const stopping = new AbortController();
  const { signal } = stopping;

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

  const wait = async (account: AccountRef): Promise<void> => {
    for (let pauseMs = minPauseMs; !signal.aborted; pauseMs = Math.min(pauseMs * 2, maxPauseMs)) {
      try {
        await reconcile(account);
        open.add(account.id);
        return onOpen(account.id);
      } catch (err) {
        log.warn({ err, accountId: account.id }, 'an account is held back until its orders can be compared');
        await pause(pauseMs * (0.75 + Math.random() / 2));
      }
    }
  };

  return {
    admits(account) {
      if (open.has(account.id)) return true;
      const found = exchanges.forAccount(account);
      // Only we trade on a simulated exchange: nothing happened there without us.
      if ('refusal' in found || !found.exchange.remote) return true;
      if (!waiting.has(account.id) && !signal.aborted) {
        waiting.set(
          account.id,
          wait(account).finally(() => waiting.delete(account.id)),
        );
      }
      return false;
    },
    heldBack: () => [...waiting.keys()],
    async stop() {
      stopping.abort();
      await Promise.allSettled(waiting.values());
    },
  };
}
