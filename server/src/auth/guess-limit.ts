import { createHash } from 'node:crypto';
import type { Context } from '../context.js';
import { networkOf } from '../infra/client-network.js';
import { createSlidingWindow, type WindowVerdict } from '../infra/redis/sliding-window.js';

const WINDOW_MS = 15 * 60_000;
const GUESSES_PER_USER = 10;
const GUESSES_PER_NETWORK = 100;

export interface Guess {
  /** The user found; null when no user has this address. */
  userId: number | null;
  /** The normalized address: what counts when there is no user. */
  email: string;
  ip: string | null;
  /** The device that this user signed in with before; null without its proof. */
  deviceId: string | null;
  /** Whether a sign-in of this user from this network succeeded before. */
  isKnownNetwork: boolean;
}

export interface GuessLimit {
  /** Counts a guess before it is checked, so that guesses at the same moment count too. Give back one that was right. */
  take(guess: Guess): Promise<WindowVerdict>;
}

/**
 * At most 10 wrong passwords for a user in any 15 minutes from everyone who is not proven, together, and at most 10 from
 * each device or network. Proven is a device (by its cookie) or a network from which the user has signed in before: it
 * is never refused because of what others guessed, so nobody locks an owner out. Its wrong passwords also count for the
 * others. A network that is not proven has 100 wrong passwords over all users. Addresses without a user are limited
 * alike.
 */
export function createGuessLimit(ctx: Pick<Context, 'redis' | 'log' | 'clock'>): GuessLimit {
  const window = createSlidingWindow(ctx, { name: 'sign-in', windowMs: WINDOW_MS });
  return {
    take({ userId, email, ip, deviceId, isKnownNetwork }) {
      const network = networkOf(ip);
      const isProven = deviceId !== null || isKnownNetwork;
      const user = userId === null ? `email ${email}` : `user ${userId}`;
      const origin = deviceId === null ? `network ${network}` : `device ${deviceId}`;
      return window.take([
        { key: hashed(`${user} from ${origin}`), max: GUESSES_PER_USER },
        { key: hashed(user), max: isProven ? null : GUESSES_PER_USER },
        { key: hashed(`network ${network}`), max: isProven ? null : GUESSES_PER_NETWORK },
      ]);
    },
  };
}

/** Addresses of people must not be stored in Redis. */
const hashed = (text: string): string => createHash('sha256').update(text).digest('hex');
