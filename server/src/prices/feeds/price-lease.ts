import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PriceVenue } from '../../core/price/price-key.js';
import type { Database } from '../../infra/database/database.js';
import { holdProcessLease, releaseProcessLease } from '../../infra/database/process-lease.store.js';
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
  /** Releases the lease, so that another process can take it at once. */
  stop(): Promise<void>;
}

const TTL_MS = 4_000;
const EVERY_MS = 1_000;

/**
 * Chooses one of several processes to run the price feed of a venue and the triggers of its prices. The lease is in the
 * database, so that it does not depend on Redis. For a moment two processes may both publish: then prices of the later
 * term win, and a trigger creates only one exit, even if both fire it. While the database is away, no process can take
 * the lease, so the current leader continues.
 */
export function holdPriceLease(options: PriceLeaseOptions): PriceLease {
  const { db, log, venue, onChange, onHeld, ttlMs = TTL_MS, everyMs = EVERY_MS } = options;
  const lease = { name: `prices:${venue}`, holder: randomUUID(), ttlMs };
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
      set(isHeld, isHeld ? 'the lease is ours' : 'another process has the lease');
    } catch (err) {
      log.debug({ err, venue, leader: isLeader }, 'the lease of the price feed could not be read');
    }
  };
  const attempts = repeat(everyMs, attempt);
  return {
    isLeader: () => isLeader,
    async stop() {
      await attempts.stop();
      const held = isLeader;
      set(false, 'the process stops');
      if (held) await releaseProcessLease(db, lease).catch(() => undefined);
    },
  };
}
