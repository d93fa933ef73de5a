import type { SellablePosition } from '../core/plan/fifo.js';
import { d } from '../core/money/money.js';
import { planTrade, type PlanFacts, type PlanParameter } from '../core/plan/plan.js';

/** For tests of plans: facts with which a buy of SOL/USDT for 100 USDT trades, and shorthands for the results. */
export const now = Date.UTC(2026, 10, 24, 12);
export const parameter: PlanParameter = {
  id: 7,
  side: 'BOTH',
  orderType: 'MARKET',
  quoteAmountFixed: '100',
  quoteAmountPctBalance: null,
  slippageBps: 0,
  limitPriceBandPct: '50',
  maxOrdersPerHour: null,
  minIntervalSec: null,
  updatedAt: 0,
};
export const facts = (overrides: Partial<PlanFacts> = {}): PlanFacts => ({
  now,
  side: 'BUY',
  symbol: 'SOL/USDT',
  tradeMode: 'SIMULATION',
  account: { isActive: true, isSimulation: true },
  exchangeRefusal: undefined,
  market: {
    symbol: 'SOL/USDT',
    base: 'SOL',
    quote: 'USDT',
    tickSize: '0.01',
    stepSize: '0.001',
    minQty: '0.001',
    minNotional: '5',
  },
  price: { symbol: 'SOL/USDT', last: '100', bid: '99.99', ask: '100.01', at: now - 50, source: 'demo' },
  stalePriceMs: 30_000,
  signal: { price: null, priceUnread: null, receivedAt: now - 10, maxLagSec: null },
  weight: null,
  parameter,
  admitted: { inLastHour: 0, lastAt: null },
  vault: undefined,
  freeBalance: { free: '10000', readAt: undefined, spentSince: '0' },
  entriesPaused: false,
  positions: [],
  ...overrides,
});
export const vault = { id: 3, tradeMode: 'SIMULATION' as const, isActive: true, balance: d('500'), reserved: d('100') };
export const position = (id: number, qty: string, overrides: Partial<SellablePosition> = {}): SellablePosition => ({
  id,
  qtyRemaining: d(qty),
  qtyReserved: d('0'),
  entryPrice: d('90'),
  minProfitPct: null,
  lockSellByWebhook: false,
  ...overrides,
});
export const sell = (positions: SellablePosition[], overrides: Partial<PlanFacts> = {}) =>
  planTrade(facts({ side: 'SELL', parameter: undefined, positions, ...overrides }));
export const skipped = (plan: ReturnType<typeof planTrade>) => (plan.kind === 'skip' ? plan.refusal.code : plan.kind);
export const traded = (plan: ReturnType<typeof planTrade>) => {
  if (plan.kind === 'skip') throw new Error(plan.refusal.code);
  return plan;
};
export const shares = (plan: ReturnType<typeof planTrade>) =>
  traded(plan).allocations.map(({ positionId, qty }) => [positionId, qty.toFixed()]);
