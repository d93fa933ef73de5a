import type { Auth, Viewer } from '../auth/auth.js';
import type { GuessLimit } from '../auth/guess-limit.js';
import type { Context } from '../context.js';
import type { LiveHub } from '../live/live-hub.js';
import type { Loaders } from '../api/loaders.js';

/** Where a request came from. */
export interface RequestFacts {
  id: string;
  ip: string | null;
  userAgent: string | null;
}

/** What the running API is made of, the same for all requests. */
export interface ApiServices {
  app: Context;
  auth: Auth;
  guesses: GuessLimit;
  hub: LiveHub;
  roles: readonly string[];
}

/** One operation: who asks, from where, and the batches made for them alone. */
export interface GraphqlContext extends ApiServices {
  /** Null for strangers. */
  viewer: Viewer | null;
  request: RequestFacts;
  loaders: Loaders;
  /** Sets a cookie on the answer; does nothing over a websocket. */
  setCookie(value: string): void;
}

/** The viewer's user id. Rules guarantee one wherever a resolver asks. */
export function viewerId({ viewer }: Pick<GraphqlContext, 'viewer'>): number {
  if (!viewer) throw new Error('an operation without a viewer reached a resolver that needs one');
  return viewer.userId;
}
