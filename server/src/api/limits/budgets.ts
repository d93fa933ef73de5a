import { createHash } from 'node:crypto';
import { Kind, parse } from 'graphql';
import {
  admit,
  charge,
  fullAfterSec,
  fullBucket,
  refilled,
  type Allowance,
  type Bucket,
} from '../../core/limits/token-bucket.js';
import { add } from '../../infra/metrics/metrics.js';
import type { OperationBudget } from '../../graphql/context.js';
import { rootFields, TOKENS_MAX } from '../../graphql/limits.js';
import { addressKey } from './address-key.js';

/** Whose budget a request uses: the user of a known session, otherwise the address. */
export type BudgetKey = `user:${number}` | `address:${string}`;

export interface BudgetSettings {
  requestsPerMin: number;
  pointsPerMin: number;
}

/** What is left, whole numbers; the quotas are per minute. Unused, a quota is whole again after `…ResetSec`. */
export interface Standing {
  requestsLeft: number;
  pointsLeft: number;
  requestsResetSec: number;
  pointsResetSec: number;
  requestsPerMin: number;
  pointsPerMin: number;
}

export type Admission = { ok: true } | { ok: false; retryAfterMs: number; what: 'requests' | 'points' };

export interface Budgets {
  /** The key of a request. The cookie decides only after `learn` said whose it is, so that nobody can invent users. */
  keyOf(sessionToken: string | undefined, ip: string | null): BudgetKey;
  /** Remembers whose session a token is; null forgets it. */
  learn(sessionToken: string, userId: number | null): void;
  /** Takes one request, before anything of it is read. Refuses when no requests or no points are left. */
  admit(key: BudgetKey): Admission;
  /** Takes a request of the reserve for stopping and closing, which other requests never use. */
  admitBrake(key: BudgetKey): Admission;
  charge(key: BudgetKey, points: number): void;
  /** Takes the cost if points are left now. Requests that arrived together are admitted together, but spend in turn. */
  spend(key: BudgetKey, points: number): Admission;
  standing(key: BudgetKey): Standing;
}

/** A stranger has a tenth of the points of a user: signing in costs little. */
const STRANGER_SHARE = 0.1;
const BRAKE: Allowance = { burst: 30, perSec: 0.5 };
const KEYS_MAX = 50_000;
const SESSIONS_MAX = 20_000;

const perMinute = (burst: number): Allowance => ({ burst, perSec: burst / 60 });

interface Account {
  requests: Bucket;
  points: Bucket;
  brake: Bucket;
}

/**
 * The requests and points that each user and each address may use, counted in this process. A budget that is not used
 * for a minute is full again and forgotten.
 */
export function createBudgets(
  { requestsPerMin, pointsPerMin }: BudgetSettings,
  now: () => number = () => performance.now(),
): Budgets {
  const users = new Map<string, number>();
  const requestsOf = perMinute(requestsPerMin);
  const ofUser = perMinute(pointsPerMin);
  const ofStranger = perMinute(Math.ceil(pointsPerMin * STRANGER_SHARE));
  const pointsOf = (key: BudgetKey): Allowance => (key.startsWith('user:') ? ofUser : ofStranger);
  const accountOf = createAccounts((key) => ({
    requests: fullBucket(requestsOf, now()),
    points: fullBucket(pointsOf(key), now()),
    brake: fullBucket(BRAKE, now()),
  }));
  return {
    keyOf(token, ip) {
      const userId = token === undefined ? undefined : users.get(hashOf(token));
      return userId === undefined ? `address:${addressKey(ip)}` : `user:${userId}`;
    },
    learn(token, userId) {
      const hash = hashOf(token);
      users.delete(hash);
      if (userId === null) return;
      if (users.size >= SESSIONS_MAX) forgetOldest(users);
      users.set(hash, userId);
    },
    admit(key) {
      const account = accountOf(key);
      const requests = admit(account.requests, requestsOf, now());
      account.requests = requests.bucket;
      if (!requests.ok) return { ok: false, what: 'requests', retryAfterMs: requests.retryAfterMs };
      const points = admit(account.points, pointsOf(key), now());
      account.points = points.bucket;
      if (!points.ok) return { ok: false, what: 'points', retryAfterMs: points.retryAfterMs };
      account.requests = charge(account.requests, requestsOf, 1);
      return { ok: true };
    },
    admitBrake(key) {
      const account = accountOf(key);
      const taking = admit(account.brake, BRAKE, now());
      account.brake = taking.ok ? charge(taking.bucket, BRAKE, 1) : taking.bucket;
      return taking.ok ? { ok: true } : { ok: false, what: 'requests', retryAfterMs: taking.retryAfterMs };
    },
    charge(key, points) {
      add('graphql_cost_points_total', points);
      const account = accountOf(key);
      account.points = charge(refilled(account.points, pointsOf(key), now()), pointsOf(key), points);
    },
    spend(key, cost) {
      const account = accountOf(key);
      const points = admit(account.points, pointsOf(key), now());
      account.points = points.ok ? charge(points.bucket, pointsOf(key), cost) : points.bucket;
      if (points.ok) add('graphql_cost_points_total', cost);
      return points.ok ? { ok: true } : { ok: false, what: 'points', retryAfterMs: points.retryAfterMs };
    },
    standing(key) {
      const { requests, points } = accountOf(key);
      const left = (bucket: Bucket, allowance: Allowance) =>
        Math.max(0, Math.floor(refilled(bucket, allowance, now()).left));
      return {
        requestsLeft: left(requests, requestsOf),
        pointsLeft: left(points, pointsOf(key)),
        requestsResetSec: fullAfterSec(requests, requestsOf, now()),
        pointsResetSec: fullAfterSec(points, pointsOf(key), now()),
        requestsPerMin: requestsOf.burst,
        pointsPerMin: pointsOf(key).burst,
      };
    },
  };
}

/** The accounts by their keys. When there are too many, the one that was not used for longest is forgotten. */
function createAccounts(open: (key: BudgetKey) => Account): (key: BudgetKey) => Account {
  const accounts = new Map<BudgetKey, Account>();
  return (key) => {
    const account = accounts.get(key) ?? open(key);
    if (!accounts.delete(key) && accounts.size >= KEYS_MAX) forgetOldest(accounts);
    // The last used is the last in the map.
    accounts.set(key, account);
    return account;
  };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64');

function forgetOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}

/** What stops trading or closes it. These requests have a reserve, so that no script can use up its owner's brake. */
const BRAKE_FIELDS = new Set([
  ...['killSwitch', 'pauseEntries', 'closePosition', 'cancelOrder', 'previewCloseAll', 'confirmCloseAll'],
  ...['haltTrading', 'retryBulkAction', 'bulkAction', 'bulkActionOfKey'],
]);
const BRAKE_CHARACTERS_MAX = 8_192;

/** Whether every root field of a document stops or closes. */
export function isBrake(query: string | undefined): boolean {
  if (query === undefined || query.length > BRAKE_CHARACTERS_MAX) return false;
  try {
    const document = parse(query, { maxTokens: TOKENS_MAX, noLocation: true });
    const operations = document.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    const roots = operations.flatMap((operation) => rootFields(document, operation));
    return roots.length > 0 && roots.every((name) => BRAKE_FIELDS.has(name));
  } catch {
    return false;
  }
}

/**
 * `points` were charged before, perhaps to the address, because the session was not read yet. `isCharged`: the cost of the
 * operation is among them.
 */
export function operationBudget(
  budgets: Budgets,
  { key, points, isCharged }: { key: BudgetKey; points: number; isCharged: boolean },
): OperationBudget {
  return {
    isCharged,
    charge(more) {
      points += more;
      budgets.charge(key, more);
    },
    report() {
      return { points, ...budgets.standing(key) };
    },
  };
}

/**
 * The headers of draft-ietf-httpapi-ratelimit-headers: the quotas of a minute (`q`, `w` in seconds), what is left (`r`),
 * and the seconds until the quota is whole again (`t`).
 */
export const rateHeaders = (standing: Standing): Record<string, string> => ({
  'ratelimit-policy': `"requests";q=${standing.requestsPerMin};w=60, "points";q=${standing.pointsPerMin};w=60`,
  ratelimit: [
    `"requests";r=${standing.requestsLeft};t=${standing.requestsResetSec}`,
    `"points";r=${standing.pointsLeft};t=${standing.pointsResetSec}`,
  ].join(', '),
});
