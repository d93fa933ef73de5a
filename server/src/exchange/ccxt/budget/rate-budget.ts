import { createHash } from 'node:crypto';
import type { BudgetRule, RequestPriority } from '../../../core/exchange/request-budget.js';
import type { Dialect } from '../dialects/dialect.js';
import { readJson } from '../call-fault.js';
import type { Credentials } from '../session/open-api.js';
import type { Allowance, SharedBudget } from './shared-budget.js';
import type { WireExchange } from '../session/wire.js';

/** A request as far as its pace goes: `what` is the endpoint that is asked. */
export interface BudgetedRequest {
  what: string;
  priority: RequestPriority;
}

/** Orders alone count as orders. */
const isOrder = ({ priority }: BudgetedRequest): boolean => priority === 'exit' || priority === 'entry';

/** What one account may send, and what the exchange says about it. */
export interface RateBudget {
  /** Throws BudgetExhausted when it is not its turn until `before` (performance.now()). */
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
  /** Another server in place of the exchange. */
  origin?: string | undefined;
}): RateBudget {
  const venue = [dialect.exchange, ...(testnet ? ['test'] : []), ...(origin ? [new URL(origin).host] : [])].join('.');
  // Exchanges count requests by the address they come from, which a proxy stands for.
  const address = proxyUrl === null ? 'direct' : createHash('sha256').update(proxyUrl).digest('hex').slice(0, 16);
  const { requests, orders, polls, pollsByEndpoint } = dialect.budget;
  const allowances: Record<AllowanceName, Allowance> = {
    requests: { key: `${venue}.${address}`, rule: requests },
    orders: { key: `${venue}.${accountId}.orders`, rule: orders },
    polls: { key: `${venue}.${accountId}.polls`, rule: polls ?? requests },
  };
  /** What the exchange allows this account, where it says so, by the allowance's key. */
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
      const heard = { ...dialect.budget.limitsIn?.(body) };
      const told = dialect.budget.heard?.(headers, isOrder(request)) ?? {};
      for (const name of ALLOWANCES) {
        const [everyones, mine] = [heard[name]?.limit ?? 0, told[name]?.limit ?? 0];
        if (everyones > 0) budget.limits.set(`${venue}.${name}`, everyones);
        if (mine > 0) own.set(allowance(name, what).key, mine);
        const used = told[name]?.used;
        if (used !== undefined) budget.heard(allowance(name, what), used);
      }
      const quietMs = quietAfter(dialect, answer);
      if (quietMs === undefined) return;
      budget.quiet(allowance(quietOf(dialect, answer, request), what), quietMs);
    },
  };
}

/** What an exchange wants to hear less of: an address that asks too much, an account's orders or its questions. */
function quietOf(
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

/** For how long the exchange wants no more; undefined when it did not say so. */
function quietAfter(
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
