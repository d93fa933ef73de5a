import { randomUUID } from 'node:crypto';
import { nextLookInMs } from '../../core/order/recovery-plan.js';
import type { Database } from '../../infra/database/database.js';
import { holdRecovery, releaseRecovery } from './recovery-lease.store.js';

/** One that looks for lost orders, again and again: which accounts it has, and when each order wants its next look. */
export interface Recoverer {
  /** Whether it is time to look for this order again. */
  isDue(executionId: number): boolean;
  /** It was looked for in vain. Times in ms since 1970. */
  missed(executionId: number, look: { now: number; countsFrom: number; absences: number }): void;
  /** What is open now; the rest is forgotten. */
  keep(executionIds: readonly number[]): void;
  /** In how many ms the next orders are due, those that are so at about one time together; undefined when none waits. */
  nextInMs(): number | undefined;
  /**
   * Works on an account while nobody else does, in this process or another; `signal` ends it when the account was lost
   * or it took too long. false: somebody else is at it.
   */
  alone(db: Pick<Database, 'query'>, accountId: number, work: (signal: AbortSignal) => Promise<void>): Promise<boolean>;
  /** Keeps its hold on those of these accounts that it has between the looks, and gives the others up. */
  keepAccounts(db: Pick<Database, 'query'>, accountIds: ReadonlySet<number>): Promise<void>;
  /** Lets others have the account: this one cannot reach its exchange. */
  release(db: Pick<Database, 'query'>, accountId: number): Promise<void>;
  /** Ends what goes on and gives all accounts up. */
  stop(db: Pick<Database, 'query'>): Promise<void>;
}

const TTL_MS = 6_000;
const RENEW_MS = 2_000;
/** So long an order waits for others, which share its reading. */
const TOGETHER_MS = 1_000;
/** A round that takes longer is given up; what it found out stays. */
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
