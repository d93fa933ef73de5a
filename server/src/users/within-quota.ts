import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { countOwned, type Countable } from './quota.store.js';

/** Far more than anyone trades with, and few enough that no user fills the tables. */
export const QUOTAS: Readonly<Record<Countable, number>> = {
  accounts: 100,
  vaults: 100,
  sources: 100,
  parameters: 2_000,
  channels: 30,
  webhooks: 20,
  views: 50,
};

/** The last creation of each user and kind: the next one counts after it, so that two at once cannot both be the last. */
const running = new Map<string, Promise<unknown>>();

/**
 * Creates one more of `what` if the user has fewer than the quota; inactive ones count. Refusal: QUOTA_REACHED. Exact
 * within a process; two API processes may each admit the last one.
 */
export async function withinQuota<T>(
  { db }: Pick<Context, 'db'>,
  { userId, what }: { userId: number; what: Countable },
  create: () => Promise<T>,
): Promise<T | Refusal> {
  const key = `${userId} ${what}`;
  const before = running.get(key);
  const work = (async () => {
    await before?.catch(() => undefined);
    if ((await countOwned(db, userId, what)) >= QUOTAS[what])
      return refuse('QUOTA_REACHED', `You may have at most ${QUOTAS[what]} ${what}.`);
    return create();
  })();
  running.set(key, work);
  try {
    return await work;
  } finally {
    if (running.get(key) === work) running.delete(key);
  }
}
