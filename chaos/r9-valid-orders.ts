import type { Market } from '../server/src/core/domain.js';
import { d } from '../server/src/core/money/money.js';
import { planTrade, type PlanFacts } from '../server/src/core/plan/plan.js';
import { checkFilters, units } from '../server/src/testing/fake-exchange/filters.js';
import { fakeMarket } from '../server/src/testing/fake-exchange/markets.js';
import { seededRandom } from '../server/src/testing/seeded-random.js';
import type { GuaranteeResult, Sizes } from './guarantee.js';

const NOW = 1_764_000_000_000;
const STEPS = ['1', '0.1', '0.01', '0.001', '0.00001', '0.00000001', '0.25', '5', '0.005'];

interface Drawn {
  market: Market;
  facts: PlanFacts;
  /** SELL: the quantity of all positions. */
  held: string;
}

/** A market, an account and a signal of random size, from fractions of a cent to millions. */
function draw(random: () => number): Drawn {
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const decimal = (digitsBefore: number, places: number) =>
    d(String(Math.floor(random() * 10 ** digitsBefore)))
      .add(d(String(Math.floor(random() * 10 ** places))).div(d('10').pow(places)))
      .toFixed();
  const [stepSize, tickSize] = [pick(STEPS), pick(STEPS)];
  const minQty = d(stepSize)
    .mul(d(String(1 + Math.floor(random() * 20))))
    .toFixed();
  const market: Market = {
    ...{ symbol: 'AAA/USDT', base: 'AAA', quote: 'USDT', tickSize, stepSize, minQty },
    minNotional: pick(['1', '5', '10', '0.0001']),
  };
  const last = d(tickSize)
    .mul(d(String(1 + Math.floor(random() * 10 ** Math.ceil(random() * 8)))))
    .toFixed();
  const side = pick(['BUY', 'SELL'] as const);
  const positions = Array.from({ length: 1 + Math.floor(random() * 4) }, (_, index) => {
    const qty = decimal(Math.ceil(random() * 6), Math.floor(random() * 12));
    const reserved = random() < 0.3 ? d(qty).mul(d('0.37')) : d('0');
    return {
      id: index + 1,
      qtyRemaining: d(qty),
      qtyReserved: reserved,
      entryPrice: d(last),
      minProfitPct: null,
      lockSellByWebhook: false,
    };
  });
  const orderType = pick(['MARKET', 'LIMIT'] as const);
  const facts: PlanFacts = {
    ...{ now: NOW, side, symbol: market.symbol, tradeMode: 'REAL', entriesPaused: false, exchangeRefusal: undefined },
    ...{ account: { isActive: true, isSimulation: false }, market, stalePriceMs: 30_000, vault: undefined },
    price: { symbol: market.symbol, last, at: NOW, source: 'drawn' },
    signal: {
      price:
        random() < 0.8
          ? d(last)
              .mul(d(decimal(1, 3)).add('0.0001'))
              .toFixed()
          : null,
      priceUnread: null,
      receivedAt: NOW,
      maxLagSec: null,
    },
    weight: random() < 0.3 ? decimal(1, 6) : null,
    parameter: {
      ...{ id: 1, side: side === 'BUY' ? 'BOTH' : 'SELL', orderType, updatedAt: NOW, slippageBps: 0 },
      ...{ maxOrdersPerHour: null, minIntervalSec: null, limitPriceBandPct: '1000' },
      quoteAmountFixed: random() < 0.5 ? decimal(5, 8) : null,
      quoteAmountPctBalance: decimal(2, 4),
    },
    admitted: { inLastHour: 0, lastAt: null },
    freeBalance: { free: decimal(Math.ceil(random() * 8), 8), readAt: NOW, spentSince: '0' },
    positions: side === 'SELL' ? positions : [],
  };
  const held = positions.reduce(
    (total, { qtyRemaining, qtyReserved }) => total.add(qtyRemaining).sub(qtyReserved),
    d('0'),
  );
  return { market, facts, held: held.toFixed() };
}

/** The fault of a planned order, by an independent calculation; undefined = none. */
function fault({ market, facts, held }: Drawn): string | undefined | 'skipped' {
  const plan = planTrade(facts);
  if (plan.kind === 'skip') return 'skipped';
  const { type, side, quantity, limitPrice } = plan.order;
  const rules = fakeMarket('AAA', {
    ...market,
    minPrice: market.tickSize,
    maxPrice: '1000000000000',
    maxQty: '1000000000000000000',
  });
  const price = limitPrice?.toFixed();
  const last = facts.price?.last ?? '0';
  const broken = checkFilters(rules, { type, quantity: quantity.toFixed(), price }, last);
  if (broken) return broken;
  if (side === 'SELL' && (units(quantity.toFixed()) ?? 0n) > (units(held) ?? 0n)) return 'a sell was rounded up';
  return undefined;
}

/** R9: generated decisions; each order is checked by an independent implementation of the filters. */
export function checkOrders({ orders, firstSeed }: Sizes): GuaranteeResult[] {
  const random = seededRandom(firstSeed);
  const wrong = new Map<string, string>();
  let planned = 0;
  let drawn = 0;
  let violations = 0;
  for (; planned < orders; drawn++) {
    const each = draw(random);
    const found = fault(each);
    if (found === 'skipped') continue;
    planned += 1;
    if (found === undefined) continue;
    violations += 1;
    wrong.set(found, JSON.stringify(each.facts));
  }
  for (const [what, facts] of wrong) process.stderr.write(`R9 ${what}: ${facts}\n`);
  return [
    {
      ...{ guarantee: 'R9', what: 'orders that an independent checker of the filters refuses, or sells rounded up' },
      figure: `${violations} of ${planned} (${drawn} decisions)`,
      ...{ target: '0 of 100,000', holds: violations === 0 && planned > 0 },
      ...(violations > 0 && { replay: [`npm run chaos -- --only r9 --seed ${firstSeed}`] }),
    },
  ];
}
