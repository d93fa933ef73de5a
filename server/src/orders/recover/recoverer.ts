import { randomUUID } from 'node:crypto';
import { nextLookInMs } from '../../core/order/recovery-plan.js';
import type { Database } from '../../infra/database/database.js';
import { holdRecovery, releaseRecovery } from './recovery-lease.store.js';

/** The state of a process that looks for lost orders: the accounts it holds, and when each order is due. */
export interface Recoverer {
  /** Whether it is time to look for this order again. */
  isDue(executionId: number): boolean;
  /** Records that the order was not found. Times in ms since 1970. */
  missed(executionId: number, look: { now: number; countsFrom: number; notFoundCount: number }): void;
  /** Keeps only these open orders and forgets the others. */
  keep(executionIds: readonly number[]): void;
  /**
   * Time in ms until the next orders are due, with orders due at about the same time grouped; undefined when none
   * waits.
   */
  nextInMs(): number | undefined;
  /**
   * Runs `work` on an account while no other process or call does; `signal` aborts when the account was lost or the
   * work took too long. Returns false when another one works on the account.
   */
  alone(db: Pick<Database, 'query'>, accountId: number, work: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  /** Keeps the held accounts among these between rounds, and releases all others. */
  keepAccounts(db: Pick<Database, 'query'>, accountIds: ReadonlySet<number>): Promise<void>;
  /** Releases the account, because this process cannot reach its exchange. */
  release(db: Pick<Database, 'query'>, accountId: number): Promise<void>;
  /** Aborts current work and releases all accounts. */
  stop(db: Pick<Database, 'query'>): Promise<void>;
}

const TTL_MS = 6_000;
const RENEW_MS = 2_000;
/** An order waits up to this long for others, so that they share the lists. */
const TOGETHER_MS = 1_000;
/** A round that takes longer is aborted; its results so far are kept. */
const ROUND_MS = 20_000;

export function createRecoverer(): Recoverer {
  const holder = randomUUID();
  const held = new Set<number>();
  const busy = new Map<number, Promise<void>>();
  const looks = new Map<number, { count: number; dueAt: number }>();
  const stopping = new AbortController();
  const release: Recoverer['release'] = async (db, accountId) => {
    if (held.delete(accountId)) await releaseRecovery(db, { accountId, holder });
  };
  return {
    isDue: (executionId) => (looks.get(executionId)?.dueAt ?? 0) <= performance.now(),
    missed(executionId, look) {
      const count = (looks.get(executionId)?.count ?? 0) + 1;
      looks.set(executionId, { count, dueAt: performance.now() + nextLookInMs({ looks: count, ...look }) });
    },
    keep(executionIds) {
      const open = new Set(executionIds);
      for (const id of looks.keys()) if (!open.has(id)) looks.delete(id);
    },
    nextInMs() {
      if (looks.size === 0) return undefined;
      const dueAt = [...looks.values()].map((look) => look.dueAt);
      const first = Math.min(...dueAt);
      const batcher = Math.max(...dueAt.filter((at) => at <= first + TOGETHER_MS));
      return Math.max(0, batcher - performance.now());
    },
    async alone(db, accountId, work) {
      if (busy.has(accountId) || stopping.signal.aborted) return false;
      const lease = { accountId, holder, ttlMs: TTL_MS };
      const run = async (): Promise<boolean> => {
        if (!(await holdRecovery(db, lease))) return false;
        held.add(accountId);
        const lost = new AbortController();
        const renewing = setInterval(() => {
          holdRecovery(db, lease).then(
            (isHeld) => isHeld || lost.abort(new Error('another process looks for the orders of this account')),
            () => undefined,
          );
        }, RENEW_MS);
        try {
          await work(AbortSignal.any([stopping.signal, lost.signal, AbortSignal.timeout(ROUND_MS)]));
        } finally {
          clearInterval(renewing);
        }
        return true;
      };
      const running = run().finally(() => busy.delete(accountId));
      busy.set(
        accountId,
        running.then(
          () => undefined,
          () => undefined,
        ),
      );
      return running;
    },
    async keepAccounts(db, accountIds) {
      for (const accountId of [...held].filter((id) => !busy.has(id))) {
        if (!accountIds.has(accountId)) await release(db, accountId);
        else if (!(await holdRecovery(db, { accountId, holder, ttlMs: TTL_MS }))) held.delete(accountId);
      }
    },
    release,
    async stop(db) {
      stopping.abort(new Error('stopped'));
      await Promise.all(busy.values());
      await Promise.allSettled([...held].map((accountId) => release(db, accountId)));
    },
  };
}
