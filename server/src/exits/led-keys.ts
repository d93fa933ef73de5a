import type { Logger } from 'pino';
import { readPriceKey, type PriceKey, type PriceVenue } from '../core/price/price-key.js';
import { Held, repeat } from '../infra/repeat.js';

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
  const held = new Held<PriceKey>({ onGain, onLoss });
  const look = async (isStopped: () => boolean): Promise<void> => {
    const all = await names();
    if (!isStopped()) held.change(all.filter((key) => leads(readPriceKey(key).venue)));
  };
  const looking = repeat(everyMs, (isStopped) =>
    look(isStopped).catch((err: unknown) => log.warn({ err }, 'what there is to watch could not be read')),
  );
  return {
    hurry: looking.hurry,
    async stop() {
      await looking.stop();
      held.change([]);
    },
  };
}
