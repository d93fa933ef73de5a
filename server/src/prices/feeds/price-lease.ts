import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { PriceVenue } from '../../core/price/price-key.js';
import type { Database } from '../../infra/database/database.js';
import {
  holdProcessLease,
  isWanted,
  markWanted,
  releaseProcessLease,
} from '../../infra/database/process-lease.store.js';
import { repeat } from '../../infra/repeat.js';

export interface PriceLeaseOptions {
  db: Pick<Database, 'query'>;
  log: Logger;
  /** The venue of the feed. */
  venue: PriceVenue;
  /** Called with every change. */
  onChange: (isLeader: boolean) => void;
  /** Called whenever it is confirmed that this process leads. */
  onHeld?: () => void;
  /** How long the lease of a process that died stays valid. */
  ttlMs?: number;
  /** How often the lease is renewed or requested. */
  everyMs?: number;
}

export interface PriceLease {
  isLeader(): boolean;
  /**
   * Lets another process take the lease while this one goes on leading. Resolves with whether one has taken it, at once
   * when none waits for it. Call `stop` afterwards.
   */
  offer(): Promise<boolean>;
  /** Releases the lease, so that another process can take it at once. */
  stop(): Promise<void>;
}

const TTL_MS = 4_000;
const EVERY_MS = 1_000;
/** A process that did not ask for the lease in this many rounds is not there any more. */
const WAITING_ROUNDS = 3;
const LOOK_EVERY_MS = 50;

/**
 * Chooses one of several processes to run the price feed of a venue and the triggers of its prices. The lease is in the
 * database, so that it does not depend on Redis. For a moment two processes may both publish: then prices of the later
 * term win, and a trigger creates only one exit, even if both fire it. While the database is away, no process can take
 * the lease, so the current leader continues.
 */
export function holdPriceLease(options: PriceLeaseOptions): PriceLease {
  const { db, log, venue, onChange, onHeld, ttlMs = TTL_MS, everyMs = EVERY_MS } = options;
  const lease = { name: `prices:${venue}`, holder: randomUUID(), ttlMs };
  const waiting = { name: `${lease.name}:next`, ttlMs: WAITING_ROUNDS * everyMs };
  let isLeader = false;

  const set = (leads: boolean, why: string): void => {
    if (leads === isLeader) return;
    isLeader = leads;
    log.info(
      { venue, leader: leads, why },
      leads ? 'this process runs the price feed' : 'this process stops the price feed',
    );
    onChange(leads);
  };
  const attempt = async (): Promise<void> => {
    try {
      const isHeld = await holdProcessLease(db, lease);
      if (isHeld) onHeld?.();
      else await markWanted(db, waiting);
      // It does not wait any more; others that do will say so again.
      if (isHeld && !isLeader) await releaseProcessLease(db, { name: waiting.name, holder: '' });
      set(isHeld, isHeld ? 'the lease is ours' : 'another process has the lease');
    } catch (err) {
      log.debug({ err, venue, leader: isLeader }, 'the lease of the price feed could not be read');
    }
  };
  const attempts = repeat(everyMs, attempt);
  return {
    isLeader: () => isLeader,
    async offer() {
      await attempts.stop();
      if (!isLeader) return false;
      try {
        if (!(await isWanted(db, waiting.name))) return false;
        await releaseProcessLease(db, lease);
        for (const until = performance.now() + waiting.ttlMs; performance.now() < until; await sleep(LOOK_EVERY_MS))
          if (await isWanted(db, lease.name)) return true;
        return false;
      } catch {
        return false;
      }
    },
    async stop() {
      await attempts.stop();
      const held = isLeader;
      set(false, 'the process stops');
      if (held) await releaseProcessLease(db, lease).catch(() => undefined);
    },
  };
}
