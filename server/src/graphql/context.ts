import type { Auth, Viewer } from '../auth/auth.js';
import type { GuessLimit } from '../auth/guess-limit.js';
import type { Context } from '../context.js';
import type { LiveHub } from '../live/live-hub.js';
import type { Loaders } from '../api/loaders.js';
import type { PayloadMaker } from '../notifications/deliver/deliver-channel.js';

/** The origin of a request. */
export interface RequestFacts {
  id: string;
  ip: string | null;
  userAgent: string | null;
  /** The proofs of earlier sign-ins of this browser (auth/device-proof.ts). */
  deviceCookie: string | null;
}

/** The parts of the running API, the same for all requests. */
export interface ApiServices {
  app: Context;
  auth: Auth;
  guesses: GuessLimit;
  hub: LiveHub;
  roles: readonly string[];
  /** Makes the bodies of webhooks out; absent while the API starts. */
  makePayload?: PayloadMaker;
}

/** `extensions.cost` of an answer. */
export interface CostReport {
  points: number;
  pointsLeft: number;
  pointsPerMin: number;
  pointsResetSec: number;
  requestsLeft: number;
  requestsPerMin: number;
  requestsResetSec: number;
}

/** What an operation may still use; see api/budgets.ts. */
export interface OperationBudget {
  /** Its cost was taken before it was executed. */
  isCharged: boolean;
  /** Takes the points that the operation costs. */
  charge(points: number): void;
  /** The points that it was charged, what is left now, and after how many seconds the quotas are whole again. */
  report(): CostReport;
}

/** Where a subscription with a cursor starts and ends, instead of its `after`; see api/subscriptions/shared-stream.ts. */
export interface StreamPlace {
  after: number | undefined;
  /** It ends after this event. */
  until?: number;
  /** The event of the message that is being executed. */
  seq?: number;
  /** Called once with the event after which the stream starts. */
  started(seq: number): void;
}

/** One operation: its viewer, its origin and its loaders. */
export interface GraphqlContext extends ApiServices {
  /** Null for viewers without a session. */
  viewer: Viewer | null;
  request: RequestFacts;
  loaders: Loaders;
  budget?: OperationBudget;
  stream?: StreamPlace;
  /** Sets a cookie in the response; does nothing over a websocket. */
  setCookie(value: string): void;
}

/** The viewer's user id. The access rules guarantee a viewer wherever a resolver asks for it. */
export function viewerId({ viewer }: Pick<GraphqlContext, 'viewer'>): number {
  if (!viewer) throw new Error('an operation without a viewer reached a resolver that needs one');
  return viewer.userId;
}
