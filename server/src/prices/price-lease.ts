import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PriceVenue } from '../core/price-key.js';
import type { RedisLink } from '../infra/redis.js';

export interface PriceLeaseOptions {
  redis: RedisLink;
  log: Logger;
  /** Whose feed it is. */
  venue: PriceVenue;
  /**
   * Whether to lead while Redis is away. True where the prices are also used, in a process with several roles; a
   * process that could hand its prices to nobody waits instead.
   */
  leadsAlone: boolean;
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

/** Renews the lease if it is still ours. */
const RENEW = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) else return 0 end`;
/** Gives the lease up if it is still ours. */
const RELEASE = `if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) else return 0 end`;

/**
 * Makes one of several processes the one that runs the price feed of a venue. A lease in Redis: for a
 * moment two may both publish, and of their prices those of the later term win.
 */
export function holdPriceLease(options: PriceLeaseOptions): PriceLease {
  const { redis, log, venue, leadsAlone, onChange, onHeld, ttlMs = TTL_MS, everyMs = EVERY_MS } = options;
  const { commands } = redis;
  const key = `${redis.prefix}:price:leader${venue === 'SIMULATION' ? '' : `:${venue}`}`;
  const me = randomUUID();
  let isLeader = false;
  let isStopped = false;
  let heldUntil = 0;
  let wake = (): void => undefined;

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
    const askedAt = performance.now();
    try {
      const renewed = isLeader && (await commands.eval(RENEW, 1, key, me, ttlMs)) === 1;
      const held = renewed || (await commands.set(key, me, 'PX', ttlMs, 'NX')) === 'OK';
      if (held) {
        heldUntil = askedAt + ttlMs;
        onHeld?.();
      }
      set(held, held ? 'the lease is ours' : 'another process has the lease');
    } catch {
      // Redis is away. What we hold runs out by our own watch, at the latest when the server's would.
      if (leadsAlone) {
        onHeld?.();
        set(true, 'redis is away and prices are needed here');
      } else if (performance.now() >= heldUntil) set(false, 'redis is away');
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await attempt();
      if (!isStopped) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, everyMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  };
  const running = run();
  return {
    isLeader: () => isLeader,
    async stop() {
      isStopped = true;
      wake();
      await running;
      const held = isLeader;
      set(false, 'the process stops');
      if (held) await commands.eval(RELEASE, 1, key, me).catch(() => undefined);
    },
  };
}
