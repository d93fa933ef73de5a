import { createHash } from 'node:crypto';
import type { Context } from '../context.js';
import { createRateLimiter, type RateVerdict } from '../infra/redis/rate-limit.js';

const WINDOW_SEC = 15 * 60;
const GUESSES_PER_ACCOUNT = 10;
const GUESSES_PER_ADDRESS = 100;

export interface Guess {
  email: string;
  ip: string | null;
  /** Whether a sign-in to this account from this address succeeded before. */
  isKnownAddress: boolean;
}

export interface GuessLimit {
  /** Counts a guess before it is checked, so that guesses at the same moment count too. */
  take(guess: Guess): Promise<RateVerdict>;
  /** Uncounts a guess that was right. */
  giveBack(guess: Guess): Promise<void>;
}

/**
 * At most 10 wrong passwords in 15 minutes for an account: 10 from all unknown addresses together, and 10 from each
 * address from which the owner has signed in before. So an attacker at another address uses up only the limit of
 * unknown addresses and cannot lock the owner out. An unknown address is also limited to 100 wrong passwords over all
 * accounts.
 */
export function createGuessLimit(ctx: Pick<Context, 'redis' | 'log'>): GuessLimit {
  const limiter = (name: string, points: number) => createRateLimiter(ctx, { name, points, durationSec: WINDOW_SEC });
  const perAccount = limiter('sign-in', GUESSES_PER_ACCOUNT);
  const perAddress = limiter('sign-in-address', GUESSES_PER_ADDRESS);
  const accountKey = ({ email, ip, isKnownAddress }: Guess) =>
    // Hashed, because addresses of people must not be stored in Redis.
    createHash('sha256')
      .update(`${isKnownAddress ? `known ${ip}` : 'strangers'} ${email}`)
      .digest('hex');
  return {
    async take(guess) {
      if (!guess.isKnownAddress) {
        const address = await perAddress.consume(guess.ip ?? 'unknown');
        if (!address.ok) return address;
      }
      return perAccount.consume(accountKey(guess));
    },
    async giveBack(guess) {
      if (!guess.isKnownAddress) await perAddress.consume(guess.ip ?? 'unknown', -1);
      await perAccount.consume(accountKey(guess), -1);
    },
  };
}
