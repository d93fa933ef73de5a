import type { AccountRow } from '../../accounts/account.store.js';
import { toConnectionTest } from '../../accounts/connection-test.types.js';
import type { OrderSide, TradeMode } from '../../core/domain.js';
import { presentPrice } from '../../core/plan/plan-gates.js';
import { planTrade, type PlanFacts, type PlannedOrder } from '../../core/plan/plan.js';
import {
  accountGates,
  symbolGate,
  type KeyFacts,
  type OrderFacts,
  type RefusalCounts,
} from '../../core/plan/signal-gates.js';
import type { Gate } from '../../core/plan/trading-gates.js';
import { Batch } from '../../infra/database/database.js';
import type { ExchangeFaultCode } from '../../exchange/exchange-fault.js';
import { dryRunAccount } from '../../orders/claim/dry-run-plan.js';
import type { BoundAccount } from '../../orders/claim/job-address.store.js';
import { addAroundRead } from '../../orders/signal-order/signal-order.store.js';
import { readBuyer } from '../../positions/buy/place-order.store.js';
import { symbolAt } from '../../positions/buy/plan-order.js';
import { readSyncs } from '../../reconciliation/external-orders/external-order-view.store.js';
import { readDryAdmitted } from '../../webhooks/dry-runs/dry-run.store.js';
import type { BindingRow, SourceRow } from '../../webhooks/events/webhook-view.store.js';
import { readRunningProcesses } from '../heartbeat.store.js';
import type { ExplainContext } from './explain-trading.js';
import { readSkippedJobs } from './trading-gates.store.js';

interface AskedAccount {
  account: AccountRow;
  /** As it was written. */
  symbol: string;
  side: OrderSide;
  /** Decimal; null = a signal that names the present price. */
  price: string | null;
  source: SourceRow | undefined;
  binding: BindingRow | undefined;
}

export interface AccountExplained {
  gates: Gate[];
  /** Jobs that were skipped in the last 24 hours. */
  refused: RefusalCounts;
  symbol: string | null;
  price: string | null;
  order: PlannedOrder | null;
}

const DAY_MS = 86_400_000;

/** The gates of one account and symbol, for a signal that comes now. */
export async function explainAccount(
  ctx: ExplainContext,
  ownerUserId: number,
  asked: AskedAccount,
): Promise<AccountExplained> {
  const { account, side, source, binding } = asked;
  const buyer = await readBuyer(ctx.db, { ownerUserId, accountId: account.id, vaultId: null });
  if (!buyer) throw new Error(`account ${account.id} is gone`);
  const found = await symbolAt(ctx, buyer, asked.symbol);
  const tradeMode = (source?.trade_mode as TradeMode | undefined) ?? buyer.tradeMode;
  const bound = { account: buyer.account, tradeMode, weight: binding?.weight?.toFixed() ?? null };
  const plan = found.ok ? await factsNow(ctx, { ...asked, symbol: found.symbol, bound }) : undefined;
  const symbol = found.ok ? found.symbol : null;
  const key = { accountId: account.id, symbol: symbol ?? '', side };
  const [order, processes, [sync], refused] = await Promise.all([
    readUnderWay(ctx, key),
    readRunningProcesses(ctx.db),
    readSyncs(ctx.db, ownerUserId, [account.id]),
    readSkippedJobs(ctx.db, { ...key, since: new Date(ctx.clock.now() - DAY_MS) }),
  ]);
  const executors = processes.filter(({ service }) => service === 'EXECUTOR');
  const gates = accountGates({
    ...{ plan, order, key: keyFacts(account) },
    executors: { skewsMs: executors.map(({ clockSkewMs }) => clockSkewMs) },
    reconciliation: {
      ...{ now: ctx.clock.now(), isSimulation: account.is_simulation },
      reconciledAt: sync?.reconciled_at?.getTime() ?? null,
      isFailing: (sync?.failing_since ?? null) !== null,
    },
  });
  const decided = plan && planTrade(plan);
  return {
    gates: [symbolGate(found.ok ? found : { refusal: found }), ...gates],
    ...{ refused, symbol, price: plan ? presentPrice(plan) : null },
    order: decided?.kind === 'trade' ? decided.order : null,
  };
}

/** The facts of the plan of a signal that comes now and names `price`, or the present price. */
async function factsNow(
  ctx: ExplainContext,
  { symbol, side, price, source, bound }: AskedAccount & { bound: BoundAccount },
): Promise<PlanFacts | undefined> {
  const { facts } = await dryRunAccount(ctx, {
    bound,
    signal: {
      ...{ action: side === 'BUY' ? 'BUY_SIGNAL' : 'SELL_SIGNAL', symbol, symbolAt: new Map() },
      ...{ price, priceUnread: null, maxLagSec: source?.max_lag_sec ?? null },
    },
    ...(source?.dry_run && {
      admittedElsewhere: (key) => readDryAdmitted(ctx.db, { ...key, now: ctx.clock.now() }),
    }),
  });
  return facts && { ...facts, signal: { ...facts.signal, price: price ?? presentPrice(facts) } };
}

/** Jobs of the other side that a signal would follow. */
async function readUnderWay(
  { db }: Pick<ExplainContext, 'db'>,
  { accountId, symbol, side }: { accountId: number; symbol: string; side: OrderSide },
): Promise<OrderFacts> {
  const batch = new Batch();
  const jobId = Number.MAX_SAFE_INTEGER;
  const read = addAroundRead(batch, { accountIds: [accountId], symbol, side }, [jobId]);
  return read(await db.run(batch))({ accountId, jobId });
}

/** Faults that only other keys, permissions or addresses mend. */
const KEY_FAULTS: ReadonlySet<ExchangeFaultCode> = new Set([
  ...(['KEYS_MISSING', 'KEY_REFUSED', 'ADDRESS_NOT_ALLOWED', 'KEY_OR_ADDRESS_REFUSED', 'PERMISSION_MISSING'] as const),
]);

function keyFacts(account: AccountRow): KeyFacts {
  const test = toConnectionTest(account);
  return {
    // A key without a hint is a very short one: its hint is empty.
    ...{ isSimulation: account.is_simulation, hasKeys: account.api_key_hint !== null },
    test: test && {
      ...{ ok: test.ok, canTrade: test.canTrade, message: test.message },
      isKeyFault: test.fault !== null && KEY_FAULTS.has(test.fault),
    },
  };
}
