import { createHash } from 'node:crypto';
import type { BudgetRule } from '../../core/request-budget.js';
import type { Dialect } from './dialect.js';
import { readJson } from './call-fault.js';
import type { Credentials } from './open-api.js';
import type { Allowance, SharedBudget } from './shared-budget.js';
import type { Leg } from './wire.js';

/** Orders and what follows them (cancels, their own lookups) go before all that only asks; orders alone count as orders. */
export type Urgency = 'order' | 'follow' | 'poll';

/** What one account may send, and what the exchange says about it. */
export interface Pace {
  /** Throws BudgetExhausted when it is not its turn until `before` (performance.now()). */
  take(request: { weight: number; urgency: Urgency; before: number }): Promise<void>;
  listen(answer: NonNullable<Leg['answer']>, urgency: Urgency): void;
}

const ALLOWANCES = ['requests', 'orders', 'polls'] as const;
type AllowanceName = (typeof ALLOWANCES)[number];

const BAN_MS = 120_000;
const TOO_MANY_MS = 10_000;
const LIMITED_MS = 1_000;

export function createPace({
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
}): Pace {
  const venue = [dialect.exchange, ...(testnet ? ['test'] : []), ...(origin ? [new URL(origin).host] : [])].join('.');
  // Exchanges count requests by the address they come from, which a proxy stands for.
  const address = proxyUrl === null ? 'direct' : createHash('sha256').update(proxyUrl).digest('hex').slice(0, 16);
  const { requests, orders, polls } = dialect.budget;
  const allowances: Record<AllowanceName, Allowance> = {
    requests: { key: `${venue}.${address}`, rule: requests },
    orders: { key: `${venue}.${accountId}.orders`, rule: orders },
    polls: { key: `${venue}.${accountId}.polls`, rule: polls ?? requests },
  };
  /** What the exchange allows this account, where it says so. */
  const own: Partial<Record<AllowanceName, number>> = {};
  const allowance = (name: AllowanceName): Allowance => {
    const { key, rule } = allowances[name];
    const limit = own[name] ?? budget.limits.get(`${venue}.${name}`);
    return limit === undefined ? allowances[name] : { key, rule: { ...rule, limit } satisfies BudgetRule };
  };
  return {
    take({ weight, urgency, before }) {
      const wishes = [{ allowance: allowance('requests'), cost: weight }];
      if (urgency === 'order') wishes.push({ allowance: allowance('orders'), cost: 1 });
      else if (polls) wishes.push({ allowance: allowance('polls'), cost: 1 });
      return budget.take(wishes, { urgent: urgency !== 'poll', before });
    },
    listen({ status, headers, body }, urgency) {
      const heard = { ...dialect.budget.limitsIn?.(body) };
      const told = dialect.budget.heard?.(headers, urgency === 'order') ?? {};
      for (const name of ALLOWANCES) {
        const [everyones, mine] = [heard[name]?.limit ?? 0, told[name]?.limit ?? 0];
        if (everyones > 0) budget.limits.set(`${venue}.${name}`, everyones);
        if (mine > 0) own[name] = mine;
        const used = told[name]?.used;
        if (used !== undefined) budget.heard(allowance(name), used);
      }
      const quietMs = quietAfter(dialect, { status, headers, body });
      if (quietMs === undefined) return;
      budget.quiet(allowance(quietOf(dialect, { status, body, urgency })), quietMs);
    },
  };
}

/** What an exchange wants to hear less of: an address that asks too much, an account's orders or its questions. */
function quietOf(
  { budget, faultIn }: Dialect,
  { status, body, urgency }: Pick<NonNullable<Leg['answer']>, 'status' | 'body'> & { urgency: Urgency },
) {
  const code = faultIn(readJson(body))?.code ?? '';
  if (status === 418 || (status === 429 && !budget.orderCodes?.includes(code))) return 'requests';
  if (urgency === 'order') return 'orders';
  return budget.polls ? 'polls' : 'requests';
}

/** For how long the exchange wants no more; undefined when it did not say so. */
function quietAfter(dialect: Dialect, { status, headers, body }: NonNullable<Leg['answer']>): number | undefined {
  const asked = Number(headers['retry-after']);
  const askedMs = Number.isFinite(asked) && asked > 0 ? asked * 1_000 : undefined;
  if (status === 418) return askedMs ?? BAN_MS;
  if (status === 429) return askedMs ?? TOO_MANY_MS;
  // Long answers are lists, never refusals.
  const fault = body.length < 2_000 ? dialect.faultIn(readJson(body)) : undefined;
  return fault && dialect.verdicts[fault.code] === 'LIMITED' ? (askedMs ?? LIMITED_MS) : undefined;
}
