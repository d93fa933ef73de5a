import type { Context } from '../context.js';
import { readTradingHalt, type TradingHalt } from './trading-halt.store.js';

const LOOK_MS = 1_000;

export interface TradingHaltWatch {
  /** What stops trading with real money now; undefined = nothing. */
  current(): TradingHalt | undefined;
  stop(): Promise<void>;
}

/**
 * Follows the halt of the installation, which every process learns within a second. It is read once before this
 * resolves, so a process that starts halted never trades. While the database does not answer, the last state stays; no
 * order is sent then anyway, because it is recorded first.
 */
export async function watchTradingHalt({ db, log }: Pick<Context, 'db' | 'log'>): Promise<TradingHaltWatch> {
  let halt = await readTradingHalt(db);
  if (halt) log.warn({ reason: halt.reason }, 'trading with real money is halted; `npm run resume` resumes it');
  let looking: Promise<void> | undefined;
  const look = async (): Promise<void> => {
    const next = await readTradingHalt(db);
    if ((next === undefined) !== (halt === undefined))
      log.warn({ reason: next?.reason }, next ? 'trading with real money is halted' : 'trading is resumed');
    halt = next;
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => log.debug({ err }, 'the halt of trading could not be read'))
      .finally(() => {
        looking = undefined;
      });
  }, LOOK_MS);
  timer.unref();
  return {
    current: () => halt,
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
