import type { Logger } from 'pino';
import { readPriceKey, type PriceKey, type PriceVenue } from '../core/price/price-key.js';

export interface LedKeysOptions {
  log: Logger;
  /** Everything that somebody must watch. */
  names: () => Promise<readonly PriceKey[]>;
  /** Whether the prices of the venue are made in this process. */
  leads: (venue: PriceVenue) => boolean;
  onGain: (key: PriceKey) => void;
  onLoss: (key: PriceKey) => void;
  everyMs?: number;
}

export interface LedKeys {
  /** Looks at once: there is a new key, or somebody else leads. */
  hurry(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_500;

/**
 * The price keys of the venues whose feeds run in this process. Their triggers are watched here and nowhere else: a price
 * goes from the feed to what it fires without leaving the process, so that none is missed and none waits for Redis.
 */
export function followLedKeys({ log, names, leads, onGain, onLoss, everyMs = EVERY_MS }: LedKeysOptions): LedKeys {
  let held = new Set<PriceKey>();
  let isStopped = false;
  let isHurried = false;
  let wake = (): void => undefined;

  const isOurs = (key: PriceKey): boolean => leads(readPriceKey(key).venue);
  const hold = (next: Set<PriceKey>): void => {
    const before = held;
    held = next;
    for (const key of next) if (!before.has(key)) onGain(key);
    for (const key of before) if (!next.has(key)) onLoss(key);
  };
  const look = async (): Promise<void> => {
    const all = await names();
    if (!isStopped) hold(new Set(all.filter(isOurs)));
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isHurried = false;
      await look().catch((err: unknown) => log.warn({ err }, 'what there is to watch could not be read'));
      if (isStopped || isHurried) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    hurry() {
      isHurried = true;
      wake();
    },
    async stop() {
      isStopped = true;
      wake();
      await running;
      hold(new Set());
    },
  };
}
