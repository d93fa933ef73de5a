import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import {
  budgetAfter,
  budgetMissing,
  budgetUsed,
  budgetWaitMs,
  BUDGET_SLOTS,
  PRIORITY_SHARES,
  type BudgetCounts,
  type BudgetRule,
  type RequestPriority,
} from '../../../core/exchange/request-budget.js';
import type { RedisLink } from '../../../infra/redis/redis.js';
import { count } from '../../../infra/metrics/metrics.js';
import { withTimeout } from '../../../infra/with-timeout.js';

/** The Redis link through which processes count together. */
export type BudgetLink = Pick<RedisLink, 'prefix' | 'commands' | 'isUp'>;

/** One of an account's allowances. Accounts that share it have the same key. */
export interface Allowance {
  key: string;
  rule: BudgetRule;
}
export interface BudgetRequest {
  allowance: Allowance;
  cost: number;
}

/** Nothing was sent: the budget is used up, or the exchange asked for a pause. */
export class BudgetExhausted extends Error {
  override name = 'BudgetExhausted';
  readonly waitMs: number;

  constructor(waitMs: number) {
    super(`the next request may leave in ${Math.ceil(waitMs / 1_000)} s`);
    this.waitMs = waitMs;
  }
}

export interface SharedBudget {
  /**
   * The limits that exchanges reported for everyone, by venue and allowance. They come with the markets, which one
   * account reads for all accounts of this process.
   */
  readonly limits: Map<string, number>;
  /**
   * Resolves when all parts were granted, in one step. Throws BudgetExhausted when that would take longer than until
   * `before` (performance.now()), and AbortError when `signal` aborts. An aborted request takes nothing.
   */
  take(
    budgetRequests: BudgetRequest[],
    limits: { priority: RequestPriority; before: number; signal?: AbortSignal | undefined },
  ): Promise<void>;
  /** Records how much of an allowance the exchange has counted. */
  report(allowance: Allowance, used: number): void;
  /** Pauses an allowance in all processes for `ms`, because the exchange asked for it. */
  pause(allowance: Allowance, ms: number): void;
}

/** While Redis is away, each process uses this share, as if there were three other processes. */
const ALONE_SHARE = 0.25;
const REDIS_TIMEOUT_MS = 250;
/** Requests without urgency wait this long for Redis on a busy machine before they use the process's own share. */
const PATIENT_MS = 1_000;
const PATIENT: ReadonlySet<RequestPriority> = new Set(['recovery', 'history']);

/**
 * Takes from all of a request's allowances or from none. KEYS: two for each, its counts and its pause. ARGV: for each
 * its limit, its window and the cost. Counts by slots of the window like core/request-budget.ts, with Redis's clock.
 */
const TAKE = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slots = ${BUDGET_SLOTS}
local wait = 0
local at = {}
for i = 1, #KEYS / 2 do
  local counts, paused = KEYS[2 * i - 1], KEYS[2 * i]
  local most, window, cost = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1]), tonumber(ARGV[3 * i])
  local width = window / slots
  at[i] = math.floor(now / width)
  wait = math.max(wait, redis.call('PTTL', paused))
  local rows = redis.call('HGETALL', counts)
  local used, live = 0, {}
  for j = 1, #rows, 2 do
    local slot = tonumber(rows[j])
    if slot < at[i] - slots then redis.call('HDEL', counts, rows[j])
    else
      live[#live + 1] = { slot, tonumber(rows[j + 1]) }
      used = used + live[#live][2]
    end
  end
  table.sort(live, function(a, b) return a[1] < b[1] end)
  for _, entry in ipairs(live) do
    if used + cost <= most then break end
    used = used - entry[2]
    wait = math.max(wait, math.ceil((entry[1] + slots + 1) * width - now))
  end
end
if wait > 0 then return wait end
for i = 1, #KEYS / 2 do
  redis.call('HINCRBY', KEYS[2 * i - 1], string.format('%d', at[i]), ARGV[3 * i])
  redis.call('PEXPIRE', KEYS[2 * i - 1], 2 * ARGV[3 * i - 1])
end
return 0
`;

/** Adds what the exchange counted beyond our count. KEYS: counts; ARGV: window, count of the exchange. */
const REPORT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local slots, window = ${BUDGET_SLOTS}, tonumber(ARGV[1])
local at = math.floor(now / (window / slots))
local rows = redis.call('HGETALL', KEYS[1])
local used = 0
for j = 1, #rows, 2 do
  if tonumber(rows[j]) >= at - slots then used = used + tonumber(rows[j + 1]) end
end
local missing = tonumber(ARGV[2]) - used
if missing <= 0 then return 0 end
redis.call('HINCRBY', KEYS[1], string.format('%d', at), missing)
redis.call('PEXPIRE', KEYS[1], 2 * window)
return missing
`;

/** Counts in Redis for all processes together, and also in memory, for the time when Redis is away. */
export function createSharedBudget(
  link: BudgetLink | undefined,
  log: Pick<Logger, 'debug'>,
  { redisTimeoutMs = REDIS_TIMEOUT_MS } = {},
): SharedBudget & { usage(): (readonly [{ exchange: string }, number])[] } {
  const own = createOwnCounts();
  const redisKey = (kind: string, { key }: Allowance) => `${link?.prefix}:budget:${kind}:${key}`;
  const shared = async (budgetRequests: BudgetRequest[], priority: RequestPriority): Promise<number> => {
    const share = PRIORITY_SHARES[priority];
    const keys = budgetRequests.flatMap(({ allowance }) => [
      redisKey('sent', allowance),
      redisKey('paused', allowance),
    ]);
    const most = ({ limit }: BudgetRule) => Math.floor(limit * share);
    const args = budgetRequests.flatMap(({ allowance: { rule }, cost }) => [most(rule), rule.windowMs, cost]);
    const timeoutMs = PATIENT.has(priority) ? Math.max(PATIENT_MS, redisTimeoutMs) : redisTimeoutMs;
    return Number(await withTimeout(evaluate(link as BudgetLink, TAKE, keys, args), timeoutMs));
  };
  const waitMs = async (budgetRequests: BudgetRequest[], priority: RequestPriority): Promise<number> => {
    const share = PRIORITY_SHARES[priority];
    if (!link) return own.take(budgetRequests, share);
    if (link.isUp()) {
      try {
        const wait = await shared(budgetRequests, priority);
        if (wait === 0) own.count(budgetRequests);
        return wait;
      } catch (err) {
        log.debug({ err }, 'counting requests in memory, Redis does not answer');
      }
    }
    return own.take(budgetRequests, share * ALONE_SHARE);
  };
  return {
    limits: new Map(),
    usage: own.usage,
    async take(budgetRequests, { priority, before, signal }) {
      const exchange = exchangeOf(budgetRequests[0]?.allowance);
      for (let waits = 0; ; waits++) {
        signal?.throwIfAborted();
        const wait = await waitMs(budgetRequests, priority);
        if (wait === 0) return;
        if (performance.now() + wait >= before) {
          count('rate_budget_exhausted_total', { exchange });
          throw new BudgetExhausted(wait);
        }
        if (waits === 0) count('rate_budget_waits_total', { exchange });
        // With jitter, so that waiting requests do not all retry at the same time.
        await delay(wait + Math.random() * 20, undefined, { signal });
      }
    },
    report(allowance, used) {
      // The difference is from other processes or other programs. Only Redis can tell which.
      if (!own.report(allowance, used) || !link?.isUp()) return;
      const { windowMs } = allowance.rule;
      evaluate(link, REPORT, [redisKey('sent', allowance)], [windowMs, used]).catch(() => undefined);
    },
    pause(allowance, ms) {
      count('rate_budget_pauses_total', { exchange: exchangeOf(allowance) });
      own.pause(allowance, ms);
      if (link?.isUp())
        link.commands.set(redisKey('paused', allowance), '1', 'PX', Math.ceil(ms)).catch(() => undefined);
    },
  };
}

/** The key of an allowance begins with its exchange. */
const exchangeOf = (allowance: Allowance | undefined): string => allowance?.key.split('.')[0] ?? '';

const evaluate = (link: BudgetLink, script: string, keys: string[], args: (string | number)[]): Promise<unknown> =>
  link.commands.eval(script, keys.length, ...keys, ...args);

/** The same counts, in the memory of this process. */
function createOwnCounts() {
  const counts = new Map<string, BudgetCounts>();
  const rules = new Map<string, BudgetRule>();
  const pausedUntil = new Map<string, number>();
  const of = ({ key }: Allowance): BudgetCounts => counts.get(key) ?? new Map();
  const add = (allowance: Allowance, cost: number) => {
    rules.set(allowance.key, allowance.rule);
    counts.set(allowance.key, budgetAfter(allowance.rule, of(allowance), performance.now(), cost));
  };
  const count = (budgetRequests: BudgetRequest[]) =>
    budgetRequests.forEach(({ allowance, cost }) => add(allowance, cost));
  return {
    count,
    take(budgetRequests: BudgetRequest[], share: number): number {
      const now = performance.now();
      const waits = budgetRequests.map(({ allowance, cost }) => {
        const paused = (pausedUntil.get(allowance.key) ?? 0) - now;
        // If the limit is so small that its share holds no request, one is still allowed.
        const least = Math.max(share, cost / allowance.rule.limit);
        return Math.max(paused, budgetWaitMs(allowance.rule, of(allowance), { now, cost, share: least }));
      });
      const wait = Math.max(0, ...waits);
      if (wait === 0) count(budgetRequests);
      return wait;
    },
    report(allowance: Allowance, used: number): boolean {
      const missing = budgetMissing(allowance.rule, of(allowance), performance.now(), used);
      if (missing > 0) add(allowance, missing);
      return missing > 0;
    },
    /** The fullest allowance of each exchange. */
    usage(): (readonly [{ exchange: string }, number])[] {
      const fullest = new Map<string, number>();
      for (const [key, rule] of rules) {
        const exchange = exchangeOf({ key, rule });
        const used = budgetUsed(rule, counts.get(key) ?? new Map(), performance.now()) / rule.limit;
        fullest.set(exchange, Math.max(used, fullest.get(exchange) ?? 0));
      }
      return [...fullest].map(([exchange, used]) => [{ exchange }, used] as const);
    },
    pause: ({ key }: Allowance, ms: number) => void pausedUntil.set(key, performance.now() + ms),
  };
}
