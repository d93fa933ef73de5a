import type { Logger } from 'pino';
import { readPriceKey, type PriceKey, type PriceVenue } from '../core/price/price-key.js';
import { Held, repeat } from '../infra/repeat.js';

export interface LedKeysOptions {
  log: Logger;
  /** All keys that some process must watch. */
  names: () => Promise<readonly PriceKey[]>;
  /** Whether the feed of the venue runs in this process. */
  leads: (venue: PriceVenue) => boolean;
  onGain: (key: PriceKey) => void;
  onLoss: (key: PriceKey) => void;
  everyMs?: number;
}

export interface LedKeys {
  /** Checks at once, because there is a new key or another process took over a feed. */
  hurry(): void;
  stop(): Promise<void>;
}

const EVERY_MS = 1_500;

/**
 * Follows the price keys of the venues whose feeds run in this process. Only this process watches their triggers: a
 * price goes from the feed to its triggers inside the process, so none is missed and none waits for Redis.
 */
export function followLedKeys({ log, names, leads, onGain, onLoss, everyMs = EVERY_MS }: LedKeysOptions): LedKeys {
  const held = new Held<PriceKey>({ onGain, onLoss });
  const look = async (isStopped: () => boolean): Promise<void> => {
    const all = await names();
    if (!isStopped()) held.change(all.filter((key) => leads(readPriceKey(key).venue)));
  };
  const looking = repeat(everyMs, (isStopped) =>
    look(isStopped).catch((err: unknown) => log.warn({ err }, 'the price keys to watch could not be read')),
  );
  return {
    hurry: looking.hurry,
    async stop() {
      await looking.stop();
      held.change([]);
    },
  };
}
