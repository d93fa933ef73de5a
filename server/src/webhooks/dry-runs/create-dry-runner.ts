import { waitAtMost } from '../../infra/with-timeout.js';
import { decideDryRuns } from './decide-dry-runs.js';

/** Decides the dry runs of a receipt after its commit, so that no sender waits for it. */
export interface DryRunner {
  /** Never throws, never waits. What it loses is decided by the sweep of the executors. */
  decide(signal: { sourceId: number; receipt: string }): void;
  /** Waits at most 2 s for what is being decided. */
  stop(): Promise<void>;
}

const STOP_WAIT_MS = 2_000;

export function createDryRunner(ctx: Parameters<typeof decideDryRuns>[0]): DryRunner {
  /** The last decision of each source. Signals of one source are decided in their order, as their limits count. */
  const last = new Map<number, Promise<unknown>>();
  return {
    decide({ sourceId, receipt }) {
      const decision = (last.get(sourceId) ?? Promise.resolve())
        .then(() => decideDryRuns(ctx, { receipt }))
        .catch((err: unknown) => ctx.log.warn({ err, receipt }, 'a dry run could not be decided; it is tried again'))
        .finally(() => {
          if (last.get(sourceId) === decision) last.delete(sourceId);
        });
      last.set(sourceId, decision);
    },
    async stop() {
      await waitAtMost(Promise.all(last.values()), STOP_WAIT_MS);
    },
  };
}

const OVERDUE_MS = 2_000;
const AT_ONCE = 200;

/** Decides dry runs that were lost on the way, or wait for a price. Returns how many. */
export const sweepDryRuns = (ctx: Parameters<typeof decideDryRuns>[0]): Promise<number> =>
  decideDryRuns(ctx, { before: new Date(ctx.clock.now() - OVERDUE_MS), limit: AT_ONCE });
