import { refuse, type ReasonCode, type Refusal } from '../reasons.js';
import { checkSignatureSetup, checkSource } from '../signal/source-rules.js';
import { clockState, SKEW_MAX_MS } from '../time/database-time.js';
import type { PlanFacts } from './plan.js';
import { planGates } from './plan-gates.js';
import { turnOfBuy, turnOfClose, type EarlierBuy } from './signal-order.js';
import {
  gate,
  GATE_CODES,
  notChecked,
  reasonsOf,
  type Gate,
  type GateCode,
  type GateFigures,
} from './trading-gates.js';

/** How many signals were refused or skipped lately, by reason. */
export type RefusalCounts = Readonly<Partial<Record<ReasonCode, number>>>;

export interface SourceGateFacts {
  isActive: boolean;
  adminLocked: boolean;
  /** Entries of its list of addresses; 0 = any sender. */
  allowedIps: number;
  requireSignature: boolean;
  hasSigningSecret: boolean;
  hasBodyToken: boolean;
  /** Signals in the running minute; null when it is not known. */
  usedInMinute: number | null;
  rateLimitPerMin: number;
  dryRun: boolean;
  /** Of its messages in the last 24 hours. */
  refused: RefusalCounts;
}

/** Signals that a gate has refused lately. */
export const refusedBy = (code: GateCode, counts: RefusalCounts): number =>
  reasonsOf(code).reduce((sum, reason) => sum + (counts[reason] ?? 0), 0);

/** A gate that depends on what the sender sends: it warns when it has refused signals lately. */
function senderGate(code: GateCode, counts: RefusalCounts, figures: GateFigures = {}): Gate {
  const [most] = reasonsOf(code)
    .filter((reason) => (counts[reason] ?? 0) > 0)
    .toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0));
  return gate(code, most && refuse(most), figures, 'WARNING');
}

/** The gates of a source, in the order of the ingest. */
export function sourceGates(facts: SourceGateFacts): Gate[] {
  const { isActive, adminLocked, usedInMinute, rateLimitPerMin, refused } = facts;
  const unsigned = checkSignatureSetup(facts);
  const spent = usedInMinute !== null && usedInMinute >= rateLimitPerMin ? refuse('WEBHOOK_RATE_LIMIT') : undefined;
  const rate = { value: usedInMinute?.toString() ?? null, limit: String(rateLimitPerMin), unit: 'signals' };
  return [
    gate('SOURCE_ACTIVE', checkSource({ isActive, adminLocked: false })),
    gate('SOURCE_UNLOCKED', checkSource({ isActive: true, adminLocked })),
    senderGate('SENDER_ADDRESS', refused, {
      limit: facts.allowedIps > 0 ? String(facts.allowedIps) : null,
      unit: 'addresses',
    }),
    unsigned ? gate('SIGNATURE', unsigned) : senderGate('SIGNATURE', facts.requireSignature ? refused : {}),
    senderGate('BODY_TOKEN', facts.hasBodyToken ? refused : {}),
    spent ? gate('SOURCE_RATE', spent, rate) : senderGate('SOURCE_RATE', refused, rate),
    senderGate('MESSAGE', refused),
    gate('SOURCE_LIVE', facts.dryRun ? refuse('SOURCE_DRY') : null),
  ];
}

/** Whether the account is bound; null = the source has no active binding at all. */
export const bindingGate = (binding: { isActive: boolean } | null): Gate =>
  gate('BINDING', binding?.isActive ? null : refuse('BINDING_NOT_FOUND'));

export const symbolGate = (resolved: { symbol: string } | { refusal: Refusal }): Gate =>
  'symbol' in resolved ? gate('SYMBOL', null, { value: resolved.symbol }) : gate('SYMBOL', resolved.refusal);

/** A gate without a reason: it only holds a signal back. */
const holding = (code: GateCode, state: Gate['state'], figures: GateFigures = {}): Gate => ({
  ...gate(code, null, figures),
  state,
});

export interface ExecutorFacts {
  /** By how many ms the clock of each running executor is ahead; null = it did not say. */
  skewsMs: readonly (number | null)[];
}

/** The processes that turn jobs into orders. Without one that may trade, every buy waits. */
export function executorGates({ skewsMs }: ExecutorFacts): Gate[] {
  const states = skewsMs.map((skewMs) => clockState(skewMs ?? 0));
  const isStopped = states.length > 0 && states.every((state) => state === 'TOO_FAR_OFF');
  const worst = Math.max(...skewsMs.map((skewMs) => Math.abs(skewMs ?? 0)));
  const clock = isStopped ? 'BLOCKED' : states.some((state) => state !== 'OK') ? 'WARNING' : 'PASSED';
  return [
    holding('EXECUTOR', states.length > 0 ? 'PASSED' : 'BLOCKED', { value: String(states.length), unit: 'processes' }),
    states.length === 0
      ? notChecked('CLOCK')
      : holding('CLOCK', clock, { value: String(Math.round(worst)), limit: String(SKEW_MAX_MS), unit: 'ms' }),
  ];
}

/** The comparison of a real account with its exchange. A simulated account has none. */
export interface ReconciliationFacts {
  now: number;
  isSimulation: boolean;
  /** ms since 1970; null = never. */
  reconciledAt: number | null;
  isFailing: boolean;
}

/** An executor that starts holds back the entries of an account until this has succeeded once. */
export function reconciledGate({ now, isSimulation, reconciledAt, isFailing }: ReconciliationFacts): Gate {
  if (isSimulation) return holding('RECONCILED', 'PASSED');
  const value = reconciledAt === null ? null : String(Math.max(0, Math.floor((now - reconciledAt) / 1_000)));
  const isOpen = reconciledAt !== null && !isFailing;
  return holding('RECONCILED', isOpen ? 'PASSED' : 'WARNING', { value, unit: 's' });
}

export interface KeyFacts {
  isSimulation: boolean;
  hasKeys: boolean;
  /** The last test of the key; null = it was never tested. */
  test: { ok: boolean; canTrade: boolean; message: string | null; isKeyFault: boolean } | null;
}

/** What the exchange last said of the key. It is asked again with each order. */
export function apiKeyGate({ isSimulation, hasKeys, test }: KeyFacts): Gate {
  if (isSimulation) return gate('API_KEY', null);
  if (!hasKeys) return gate('API_KEY', refuse('EXCHANGE_REFUSED', 'No API key is stored for this account.'));
  if (!test) return holding('API_KEY', 'WARNING');
  if (!test.ok) {
    const refusal = refuse('EXCHANGE_REFUSED', test.message ?? undefined);
    return gate('API_KEY', refusal, {}, test.isKeyFault ? 'BLOCKED' : 'WARNING');
  }
  return gate(
    'API_KEY',
    test.canTrade ? null : refuse('EXCHANGE_REFUSED', 'The key does not have the permission to trade.'),
  );
}

/** What is under way for the account and symbol. */
export interface OrderFacts {
  earlierBuys: readonly EarlierBuy[];
  earlierCloses: readonly { jobId: number }[];
}

/** Whether a signal that comes now would wait its turn. */
export function signalOrderGate({ side, now }: PlanFacts, { earlierBuys, earlierCloses }: OrderFacts): Gate {
  const underWay = side === 'BUY' ? earlierCloses.length : earlierBuys.length;
  const turn =
    side === 'BUY'
      ? turnOfBuy({ now, createdAt: now, isHindered: false, earlierCloses, laterCloses: [] })
      : turnOfClose({ now, waitingSince: null, closesJobId: null, earlierBuys, mayCancel: true });
  return holding('SIGNAL_ORDER', turn.kind === 'go' ? 'PASSED' : 'WARNING', { value: String(underWay), unit: 'jobs' });
}

export interface AccountGateFacts {
  /** undefined when the symbol names no market, so that nothing can be planned. */
  plan: PlanFacts | undefined;
  order: OrderFacts;
  executors: ExecutorFacts;
  reconciliation: ReconciliationFacts;
  key: KeyFacts;
}

/** The gates of an account and symbol, in the order in which an executor checks them. */
export function accountGates({ plan, order, executors, reconciliation, key }: AccountGateFacts): Gate[] {
  const before = [...executorGates(executors), reconciledGate(reconciliation)];
  if (!plan) {
    const from = GATE_CODES.indexOf('RECONCILED') + 1;
    return [...before, ...GATE_CODES.slice(from, -1).map(notChecked), apiKeyGate(key)];
  }
  const { standing, decision } = planGates(plan);
  return [...before, ...standing, signalOrderGate(plan, order), ...decision, apiKeyGate(key)];
}
