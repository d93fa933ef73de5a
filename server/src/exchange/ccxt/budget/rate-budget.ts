import { createHash } from 'node:crypto';
import type { BudgetRule, RequestPriority } from '../../../core/exchange/request-budget.js';
import type { Dialect } from '../dialects/dialect.js';
import { readJson } from '../call-fault.js';
import type { Credentials } from '../session/open-api.js';
import type { Allowance, SharedBudget } from './shared-budget.js';
import type { WireExchange } from '../session/wire.js';

/** A request, with the fields that the rate budget needs. `what` is the endpoint. */
export interface BudgetedRequest {
  what: string;
  priority: RequestPriority;
}

/** Only orders count as orders. */
const isOrder = ({ priority }: BudgetedRequest): boolean => priority === 'exit' || priority === 'entry';

/** The rate budget of one account, and what the exchange reports about it. */
export interface RateBudget {
  /** Waits for its turn. Throws BudgetExhausted when the turn does not come until `before` (performance.now()). */
  take(request: BudgetedRequest & { weight: number; before: number; signal?: AbortSignal | undefined }): Promise<void>;
  listen(answer: NonNullable<WireExchange['answer']>, request: BudgetedRequest): void;
}

const ALLOWANCES = ['requests', 'orders', 'polls'] as const;
type AllowanceName = (typeof ALLOWANCES)[number];

const BAN_MS = 120_000;
const TOO_MANY_MS = 10_000;
const LIMITED_MS = 1_000;

export function createRateBudget({
  budget,
  dialect,
  accountId,
  credentials: { proxyUrl, testnet },
  origin,
}: {
  budget: SharedBudget;
  dialect: Dialect;
  accountId: number;
  credentials: Pick<Credentials, 'proxyUrl' | 'testnet'>;
  /** The origin of a server that replaces the exchange. */
  origin?: string | undefined;
}): RateBudget {
  const venue = [dialect.exchange, ...(testnet ? ['test'] : []), ...(origin ? [new URL(origin).host] : [])].join('.');
  // Exchanges count requests by their source address, which the proxy decides.
  const address = proxyUrl === null ? 'direct' : createHash('sha256').update(proxyUrl).digest('hex').slice(0, 16);
  const { requests, orders, polls, pollsByEndpoint } = dialect.budget;
  const allowances: Record<AllowanceName, Allowance> = {
    requests: { key: `${venue}.${address}`, rule: requests },
    orders: { key: `${venue}.${accountId}.orders`, rule: orders },
    polls: { key: `${venue}.${accountId}.polls`, rule: polls ?? requests },
  };
  /** The limits that the exchange reported for this account, by the key of the allowance. */
  const own = new Map<string, number>();
  const allowance = (name: AllowanceName, what: string): Allowance => {
    const { key: base, rule } = allowances[name];
    const key = name === 'polls' && pollsByEndpoint ? `${base}.${what}` : base;
    const limit = own.get(key) ?? budget.limits.get(`${venue}.${name}`);
    return { key, rule: limit === undefined ? rule : ({ ...rule, limit } satisfies BudgetRule) };
  };
  return {
    take(request) {
      const { weight, priority, before, signal, what } = request;
      const budgetRequests = [{ allowance: allowance('requests', what), cost: weight }];
      if (isOrder(request)) budgetRequests.push({ allowance: allowance('orders', what), cost: 1 });
      else if (polls) budgetRequests.push({ allowance: allowance('polls', what), cost: 1 });
      return budget.take(budgetRequests, { priority, before, signal });
    },
    listen(answer, request) {
      const { headers, body } = answer;
      const { what } = request;
      const listed = { ...dialect.budget.limitsIn?.(body) };
      const reported = dialect.budget.usageIn?.(headers, isOrder(request)) ?? {};
      for (const name of ALLOWANCES) {
        const [everyones, mine] = [listed[name]?.limit ?? 0, reported[name]?.limit ?? 0];
        if (everyones > 0) budget.limits.set(`${venue}.${name}`, everyones);
        if (mine > 0) own.set(allowance(name, what).key, mine);
        const used = reported[name]?.used;
        if (used !== undefined) budget.report(allowance(name, what), used);
      }
      const pauseMs = pauseAfter(dialect, answer);
      if (pauseMs === undefined) return;
      budget.pause(allowance(pausedAllowanceOf(dialect, answer, request), what), pauseMs);
    },
  };
}

/** The allowance that a rate-limit answer concerns: the address, the account's orders or its other requests. */
function pausedAllowanceOf(
  { budget, faultIn }: Dialect,
  { status, body }: NonNullable<WireExchange['answer']>,
  request: BudgetedRequest,
): AllowanceName {
  const code = faultIn(readJson(body))?.code ?? '';
  if (status === 418 || status === budget.ban?.status || (status === 429 && !budget.orderCodes?.includes(code)))
    return 'requests';
  if (isOrder(request)) return 'orders';
  return budget.polls ? 'polls' : 'requests';
}

/** How long the exchange asks for a pause, in ms; undefined when it does not. */
function pauseAfter(
  dialect: Dialect,
  { status, headers, body }: NonNullable<WireExchange['answer']>,
): number | undefined {
  const asked = Number(headers['retry-after']);
  const askedMs = Number.isFinite(asked) && asked > 0 ? asked * 1_000 : undefined;
  if (status === 418) return askedMs ?? BAN_MS;
  const { ban } = dialect.budget;
  if (ban && status === ban.status && ban.words.test(body)) return askedMs ?? ban.forMs;
  if (status === 429) return askedMs ?? TOO_MANY_MS;
  // Long answers are lists, never refusals.
  const fault = body.length < 2_000 ? dialect.faultIn(readJson(body)) : undefined;
  return fault && dialect.errorMeanings[fault.code] === 'LIMITED' ? (askedMs ?? LIMITED_MS) : undefined;
}
