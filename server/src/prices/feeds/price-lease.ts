import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PriceVenue } from '../../core/price/price-key.js';
import type { Database } from '../../infra/database/database.js';
import { holdProcessLease, releaseProcessLease } from '../../infra/database/process-lease.store.js';
import { repeat } from '../../infra/repeat.js';

export interface PriceLeaseOptions {
  db: Pick<Database, 'query'>;
  log: Logger;
  /** Whose feed it is. */
  venue: PriceVenue;
  /** Called with every change. */
  onChange: (isLeader: boolean) => void;
  /** Called whenever it is certain anew that this process leads. */
  onHeld?: () => void;
  /** How long a holder that died stays the holder. */
  ttlMs?: number;
  /** How often it is renewed or tried for. */
  everyMs?: number;
}

export interface PriceLease {
  isLeader(): boolean;
  /** Steps down and lets the next one have it at once. */
  stop(): Promise<void>;
}

const TTL_MS = 4_000;
const EVERY_MS = 1_000;

/**
 * Makes one of several processes the one that runs the price feed of a venue and watches what its prices fire. A lease in
 * the database, so that nothing of it changes while Redis is away. For a moment two may both publish: of their prices
 * those of the later term win, and a trigger is one exit however many fire it. While the database is away nobody can
 * take the lease, so whoever has it goes on.
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
      log.debug({ err, venue, leader: isLeader }, 'the database was not asked whose price feed it is');
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
