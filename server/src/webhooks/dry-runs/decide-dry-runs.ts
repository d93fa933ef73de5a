import type { Context } from '../../context.js';
import { dryRunStatusOf } from '../../core/signal/dry-run.js';
import { dryRunAccount, type DryRunPlan } from '../../orders/claim/dry-run-plan.js';
import {
  readDryAdmitted,
  readPendingDryRuns,
  writeDryRunDecision,
  type DryRunDecision,
  type PendingDryRun,
  type WhichDryRuns,
} from './dry-run.store.js';

type DecideContext = Pick<Context, 'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log' | 'live'>;

/**
 * Decides what each account would have done with signals of sources that run dry, by the plan of the executor, and
 * records it. Nothing is reserved, sent or written into trade_jobs. One that waits for a price stays pending. Returns
 * how many were decided.
 */
export async function decideDryRuns(ctx: DecideContext, which: WhichDryRuns): Promise<number> {
  let decided = 0;
  // One after the other: an earlier one counts against the limits of the next.
  for (const pending of await readPendingDryRuns(ctx.db, which)) {
    if (await decideOne(ctx, pending)) decided += 1;
  }
  return decided;
}

async function decideOne(ctx: DecideContext, pending: PendingDryRun): Promise<boolean> {
  const { account, tradeMode, weight, side, symbol, price, priceUnread, receivedAt, maxLagSec, createdAt } = pending;
  const planned = await dryRunAccount(ctx, {
    bound: { account, tradeMode, weight },
    signal: {
      ...{ action: side === 'BUY' ? 'BUY_SIGNAL' : 'SELL_SIGNAL', symbol, symbolAt: new Map() },
      ...{ price, priceUnread, receivedAt, maxLagSec },
    },
    admittedElsewhere: (key) => readDryAdmitted(ctx.db, { ...key, now: ctx.clock.now(), beforeId: pending.id }),
  });
  const now = ctx.clock.now();
  const status = dryRunStatusOf(planned.plan, { now, createdAt });
  if (status === 'PENDING') return false;
  const written = await writeDryRunDecision(ctx.db, pending, {
    decision: decisionOf(planned, status),
    at: new Date(now),
  });
  if (written) ctx.live.notify(account.userId);
  return written;
}

function decisionOf({ plan, price }: DryRunPlan, status: DryRunDecision['status']): DryRunDecision {
  const order = plan.kind === 'trade' ? plan.order : undefined;
  const refusal = plan.kind === 'skip' ? plan.refusal : undefined;
  return {
    ...{ status, reasonCode: refusal?.code ?? null, reasonMessage: refusal?.message ?? null },
    ...{ orderType: order?.type ?? null, quoteAmount: order?.quoteAmount.toFixed() ?? null },
    ...{ baseQuantity: order?.quantity.toFixed() ?? null, limitPrice: order?.limitPrice?.toFixed() ?? null },
    ...{ price, trace: plan.trace },
  };
}
