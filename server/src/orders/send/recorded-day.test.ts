import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { d, floorToStep, sum, type D } from '../../core/money/money.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import {
  binancePlace,
  BNB,
  BNB_PRICE,
  openDay,
  simulatedPlace,
  XRP,
  type DayWorld,
} from '../../testing/worlds/day-world.js';
import { eventually } from '../../testing/eventually.js';
import { readRecordedDay } from '../../testing/recordings/recorded-day.js';
import { seededRandom } from '../../testing/seeded-random.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { verifyLedger } from '../../vaults/verify-ledger.js';
import { ingestSignal } from '../../webhooks/ingest/ingest-signal.js';
import { createRefusalFlood } from '../../webhooks/ingest/refusal-flood.js';
import { createSourceLimits } from '../../webhooks/ingest/source-limits.js';
import { cancelOrder } from '../cancel/cancel-order.js';
import { closePosition } from '../../positions/close-position.js';
import { confirmCloseAll } from '../../bulk-actions/confirm-close-all.js';
import { placeLimitSell } from '../../positions/place-limit-sell.js';
import { previewCloseAll } from '../../bulk-actions/preview-close-all.js';

/**
 * Plays recorded prices through the real use cases: signals arrive, owners sell by hand, exits fire, and in the end
 * everything is closed. The profit that the positions record must then equal what the wallet gained, to the last digit.
 */
let t: TestDatabase;
let redis: RedisLink;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase({ connectionLimit: 30 }), createTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});
let day: DayWorld | undefined;
afterEach(async () => {
  await day?.close();
  day = undefined;
});

/** One action per this number of prices. */
const EVERY = 9;
let keys = 0;

/** The actions of a day, the same for the same seed. */
class Day {
  readonly done = new Map<string, number>();
  private last = '0.0014';
  private readonly limits;

  constructor(
    private readonly world: DayWorld,
    private readonly symbols: readonly string[],
    private readonly random: () => number,
  ) {
    this.limits = createSourceLimits(world.ctx);
  }

  async play(): Promise<void> {
    this.world.price(BNB, BNB_PRICE);
    for (const [index, { symbol, price }] of (await readRecordedDay()).entries()) {
      this.last = price;
      this.world.price(symbol, price);
      if (index % 100 === 0) this.world.price(BNB, BNB_PRICE);
      await new Promise((resolve) => setImmediate(resolve));
      if (index % EVERY !== 0) continue;
      await this.settled();
      this.world.vary(this.random);
      await this.act();
    }
    await this.settled();
  }

  private pick = <T>(list: readonly T[]): T => list[Math.floor(this.random() * list.length)] as T;
  private count = (what: string): void => void this.done.set(what, (this.done.get(what) ?? 0) + 1);

  private async act(): Promise<void> {
    const what = this.pick(['buy', 'buy', 'buy', 'sell', 'part', 'whole', 'limit', 'cancel'] as const);
    this.count(what);
    if (what === 'buy' || what === 'sell') await this.signal(what);
    else if (what === 'cancel') await this.cancel();
    else await this.byHand(what);
  }

  private async signal(action: 'buy' | 'sell'): Promise<void> {
    const { ctx, accountId, owner, code } = this.world;
    const symbol = this.pick(this.symbols);
    const { tradeParameter } = t.db.prisma;
    const at = { exchange_account_id: accountId, symbol };
    if (action === 'buy') await tradeParameter.updateMany({ where: { ...at, side: 'BUY' }, data: this.exits() });
    await tradeParameter.deleteMany({ where: { ...at, side: 'SELL' } });
    if (action === 'sell' && this.random() < 0.5) {
      await tradeParameter.create({ data: { ...at, user_id: owner, side: 'SELL', quote_amount_pct_balance: '37.5' } });
    }
    const bytes = Buffer.from(JSON.stringify({ symbol, action, id: `day-${++keys}` }));
    const request = { code, headers: {}, ip: '127.0.0.1', body: { kind: 'whole' as const, bytes } };
    const { httpStatus } = await ingestSignal(
      { ...ctx, limits: this.limits, flood: createRefusalFlood(ctx) },
      { ...request, receivedAtMs: Date.now() },
    );
    expect(httpStatus).toBe(202);
    await this.settled();
  }

  /** Changes the exits. */
  private exits() {
    const maybe = (least: number, most: number): string | null =>
      this.random() < 0.5 ? (least + this.random() * (most - least)).toFixed(2) : null;
    const [stop, target, trailing, first] = [maybe(0.3, 3), maybe(0.5, 4), maybe(0.2, 2), maybe(0.2, 1.5)];
    const steps = [
      { pct: first, sharePct: '33.3' },
      {
        pct: d(first ?? '0')
          .add('0.4')
          .toFixed(2),
        sharePct: '41',
      },
    ];
    return {
      ...{ default_sl_enabled: stop !== null, default_sl_pct: stop, default_tp_enabled: target !== null },
      ...{ default_tp_pct: target, trailing_stop_enabled: trailing !== null, trailing_distance_pct: trailing },
      ...{ trailing_arming_pct: trailing && maybe(0.1, 1), min_profit_pct: maybe(0.1, 1) },
      ...{ default_break_even: this.random() < 0.3, default_targets_json: first === null ? [] : steps },
      ...{ slippage_bps: Math.floor(this.random() * 50), vault_id: this.world.vaultId },
    };
  }

  private open = () =>
    t.db.prisma.tradePosition.findMany({ where: { exchange_account_id: this.world.accountId, status: 'OPEN' } });

  private async byHand(what: 'part' | 'whole' | 'limit'): Promise<void> {
    const { ctx, owner } = this.world;
    const some = await this.open();
    if (some.length === 0) return;
    const { id: positionId, symbol, qty_remaining } = this.pick(some);
    const request = { positionId, idempotencyKey: `hand-${++keys}` };
    if (what === 'limit') {
      const quantity = floorToStep(d(qty_remaining.toFixed()).mul((0.3 + this.random() * 0.7).toFixed(3)), d('0.01'));
      const price = d(symbol === BNB ? BNB_PRICE : this.last)
        .mul((1 + this.random() / 100).toFixed(4))
        .toFixed(8);
      await placeLimitSell(ctx, owner, { ...request, price, quantity: quantity.toFixed(), hours: 1 });
    } else await closePosition(ctx, owner, { ...request, percent: what === 'whole' ? '100' : this.pick(['25', '60']) });
    await this.settled();
  }

  private async cancel(): Promise<void> {
    const where = { exchange_account_id: this.world.accountId, status: 'PENDING_LIMIT' };
    const some = await t.db.prisma.tradeJob.findMany({ where });
    if (some.length > 0) await cancelOrder(this.world.ctx, this.world.owner, { jobId: this.pick(some).id });
  }

  /** Waits until no order is in flight. */
  async settled(): Promise<void> {
    const where = { exchange_account_id: this.world.accountId, status: { in: ['PENDING', 'EXECUTING'] } };
    await eventually(async () => expect(await t.db.prisma.tradeJob.count({ where })).toBe(0), 30_000);
  }

  async closeAll(): Promise<void> {
    const { ctx, owner } = this.world;
    await eventually(async () => {
      const plan = await previewCloseAll(ctx, owner, {});
      if (plan.ok) await confirmCloseAll(ctx, owner, plan);
      await this.settled();
      expect(await this.open()).toEqual([]);
    }, 30_000);
  }
}

/** The booked results of all positions of the account. */
async function booked(accountId: number) {
  const rows = await t.db.prisma.tradePosition.findMany({
    where: { exchange_account_id: accountId },
    include: { fills: true },
  });
  const of = (list: readonly { toFixed(): string }[]): D => sum(list.map((one) => d(one.toFixed())));
  return {
    rows,
    realized: of(rows.map((one) => one.realized_profit_usd)),
    writeOff: of(rows.map((one) => one.write_off_quote)),
    byFills: of(rows.flatMap(({ fills }) => fills.map((one) => one.realized_quote))),
    dust: (symbol: string) => of(rows.filter((one) => one.symbol === symbol).map((one) => one.dust_qty)),
    dustValue: (symbol: string) => of(rows.filter((one) => one.symbol === symbol).map((one) => one.dust_value_quote)),
    shortfall: (symbol: string) => of(rows.filter((one) => one.symbol === symbol).map((one) => one.shortfall_qty)),
  };
}

const reasonsOf = (rows: readonly { close_reason: string | null }[]) => new Set(rows.map((one) => one.close_reason));

it(
  'in the simulation the results of a recorded day equal what the wallet gained, to the last digit',
  { timeout: 120_000 },
  async () => {
    const world = (day = await openDay({ db: t.db, redis }, (board) => simulatedPlace(t.db, board), { ETH: '5' }));
    const played = new Day(world, [XRP], seededRandom(7));
    await played.play();
    await played.closeAll();
    const books = await booked(world.accountId);
    const gained = (await world.holds('ETH')).sub('5');
    expect((await world.holds('XRP')).toFixed()).toBe(books.dust(XRP).toFixed());
    expect(books.realized.toFixed()).toBe(gained.add(books.dustValue(XRP)).toFixed());
    expect(books.byFills.add(books.writeOff).toFixed()).toBe(books.realized.toFixed());
    const vault = await t.db.prisma.vaultBalance.findFirstOrThrow({ where: { vault_id: world.vaultId, asset: 'ETH' } });
    expect(vault.balance.toFixed()).toBe(gained.add('5').toFixed());
    expect(vault.reserved.toFixed()).toBe('0');
    expect(await verifyLedger({ db: t.db })).toEqual([]);
    expect(books.rows.length).toBeGreaterThan(30);
    for (const reason of ['STOP_LOSS', 'TRAILING_STOP', 'TAKE_PROFIT', 'MANUAL', 'WEBHOOK_SELL'])
      expect(reasonsOf(books.rows)).toContain(reason);
  },
);

it('they also do when fees are paid in BNB that positions hold', { timeout: 120_000 }, async () => {
  const wallet = { ETH: '5', BNB: '0.02', XRP: '0' };
  const world = (day = await openDay({ db: t.db, redis }, () => binancePlace(wallet), wallet));
  const played = new Day(world, [XRP, XRP, BNB], seededRandom(11));
  await played.play();
  await played.closeAll();
  const books = await booked(world.accountId);
  const bnb = (await world.holds('BNB')).sub(wallet.BNB).mul(BNB_PRICE);
  const gained = (await world.holds('ETH')).sub(wallet.ETH).add(bnb);
  expect((await world.holds('XRP')).toFixed()).toBe(books.dust(XRP).add(books.shortfall(XRP)).toFixed());
  expect(books.realized.toFixed()).toBe(gained.add(books.dustValue(XRP)).toFixed());
  expect(books.byFills.add(books.writeOff).toFixed()).toBe(books.realized.toFixed());
  // Some coins of BNB positions did pay fees of other positions.
  expect(books.shortfall(BNB).gt(0)).toBe(true);
  const feeAssets = books.rows.flatMap(({ fills }) => fills.map(({ side, fee_asset }) => `${side} ${fee_asset}`));
  for (const one of ['BUY BNB', 'BUY XRP', 'BUY ETH', 'SELL BNB', 'SELL ETH']) expect(feeAssets).toContain(one);
  expect(await verifyLedger({ db: t.db })).toEqual([]);
  expect(books.rows.length).toBeGreaterThan(30);
});
