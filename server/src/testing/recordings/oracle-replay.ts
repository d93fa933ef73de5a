import { d } from '../../core/money/money.js';
import type { Database } from '../../infra/database/database.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { openDay, simulatedPlace, XRP, type DayWorld } from '../worlds/day-world.js';
import { eventually } from '../eventually.js';
import { exitsOf, type OracleExit, type OraclePosition } from './exit-oracle.js';
import { makeJob } from '../make.js';
import { readRecordedDay } from './recorded-day.js';
import { seededRandom } from '../seeded-random.js';

export interface ReplayedAgainstOracle {
  positions: number;
  prices: number;
  /** How often each exit happened. */
  reasons: Record<string, number>;
  /** Where the product differs from the oracle; empty = nowhere. */
  wrong: string[];
}

type Exits = Omit<OraclePosition, 'entryPrice' | 'openedAfter'>;

/** The random settings make each kind of exit happen, including ties between stop and trailing stop. */
function drawExits(random: () => number): Exits {
  const pct = (least: number, most: number): string => (least + random() * (most - least)).toFixed(2);
  const maybe = (share: number, least: number, most: number) => (random() < share ? pct(least, most) : null);
  const trailing = maybe(0.55, 0.15, 2.5);
  const first = maybe(0.35, 0.2, 2);
  return {
    stopLoss: random() < 0.1 && trailing !== null ? trailing : maybe(0.7, 0.2, 3),
    takeProfit: maybe(0.4, 0.4, 5),
    trailing,
    arming: trailing === null ? null : maybe(0.5, 0.1, 2),
    minProfit: maybe(0.15, 0.2, 1.5),
    targets:
      first === null
        ? []
        : [
            { ordinal: 1, pct: first },
            { ordinal: 2, pct: d(first).add(pct(0.05, 1)).toFixed(2) },
          ],
    breakEven: random() < 0.5,
  };
}

const parameterOf = ({ targets, ...one }: Exits) => ({
  ...{ default_sl_enabled: one.stopLoss !== null, default_sl_pct: one.stopLoss },
  ...{ default_tp_enabled: one.takeProfit !== null, default_tp_pct: one.takeProfit },
  ...{ trailing_stop_enabled: one.trailing !== null, trailing_distance_pct: one.trailing },
  ...{ trailing_arming_pct: one.arming, min_profit_pct: one.minProfit, default_break_even: one.breakEven },
  default_targets_json: targets.map(({ pct }) => ({ pct, sharePct: '30' })),
});

/**
 * Plays a recording through executor and monitor. After every few prices a buy is filled, and the monitor watches its
 * position, which it learns of while prices continue. At the end, each exit is compared with the oracle: which price,
 * which reason, which targets.
 */
export async function replayAgainstOracle(
  on: { db: Database; redis: RedisLink },
  { seed, count }: { seed: number; count: number },
): Promise<ReplayedAgainstOracle> {
  const random = seededRandom(seed);
  const prices = (await readRecordedDay()).map(({ price }) => price);
  const day = await openDay(on, (board) => simulatedPlace(on.db, board), { ETH: '100' });
  try {
    const places = new Map<number, number>();
    const opened = new Map<number, OraclePosition>();
    // The last third has only exits, no new buys.
    const every = Math.floor((prices.length * 2) / 3 / count);
    for (const [index, price] of prices.entries()) {
      places.set(day.price(XRP, price), index);
      await new Promise((resolve) => setImmediate(resolve));
      if (index % every !== 0 || opened.size >= count) continue;
      const exits = drawExits(random);
      opened.set(await buy(on.db, day, exits), { ...exits, entryPrice: price, openedAfter: index });
    }
    return await compare(on.db, { opened, prices, places });
  } finally {
    await day.close();
  }
}

/** Returns the position's id as soon as the buy is booked. */
async function buy(db: Database, { ctx, accountId }: DayWorld, exits: Exits): Promise<number> {
  const where = { exchange_account_id: accountId, symbol: XRP };
  await db.prisma.tradeParameter.updateMany({
    where,
    data: { ...parameterOf(exits), vault_id: null, quote_amount_fixed: '0.1' },
  });
  const job = await makeJob(db, { ...where, created_at: new Date() });
  const now = Date.now();
  ctx.trades.enqueue([{ jobId: job.id, committedAt: now, queuedAt: now }]);
  return eventually(async () => {
    const { id } = await db.prisma.tradePosition.findFirstOrThrow({ where: { trade_job_id_open: job.id } });
    return id;
  });
}

async function compare(
  db: Database,
  played: { opened: Map<number, OraclePosition>; prices: readonly string[]; places: Map<number, number> },
): Promise<ReplayedAgainstOracle> {
  const { opened, prices, places } = played;
  const expected = new Map([...opened].map(([id, position]) => [id, exitsOf(position, prices)]));
  const due = [...expected.values()].flat();
  const told = async (): Promise<string[]> => {
    const done = await exitsInBooks(db, [...opened.keys()], places);
    return [...expected].flatMap(([id, exits]) => {
      const [asked, seen] = [JSON.stringify(exits), JSON.stringify(done.get(id) ?? [])];
      return asked === seen ? [] : `position ${id} ${JSON.stringify(opened.get(id))}: ${seen}, not ${asked}`;
    });
  };
  let wrong = await told();
  // The last exits may still be in progress.
  await eventually(async () => {
    wrong = await told();
    if (wrong.length > 0) throw new Error('not yet');
  }, 10_000).catch(() => undefined);
  const reasons: Record<string, number> = {};
  for (const { reason } of due) reasons[reason] = (reasons[reason] ?? 0) + 1;
  return { positions: opened.size, prices: prices.length, reasons, wrong };
}

/** The quantities that each trigger really sold, in the order of the prices. */
async function exitsInBooks(
  db: Database,
  ids: readonly number[],
  places: ReadonlyMap<number, number>,
): Promise<Map<number, OracleExit[]>> {
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT pp.position_id, j.exit_reason, j.exit_price, j.tick_at, p.status, p.close_reason,
       (SELECT GROUP_CONCAT(t.ordinal ORDER BY t.ordinal) FROM position_targets t WHERE t.trade_job_id = j.id) AS ordinals
     FROM position_reservations pp JOIN trade_jobs j ON j.id = pp.trade_job_id JOIN trade_positions p ON p.id = pp.position_id
     WHERE j.origin = 'TRIGGER' AND j.status = 'FILLED' AND p.id IN (${ids.map(() => '?').join(', ')}) ORDER BY j.tick_at, j.id`,
    [...ids],
  );
  const exits = new Map<number, OracleExit[]>();
  for (const row of rows) {
    const reason = String(row.exit_reason) as OracleExit['reason'];
    const exit: OracleExit = {
      tick: places.get((row.tick_at as Date).getTime()) ?? -1,
      price: d(String(row.exit_price)).toFixed(),
      reason,
      ordinals: reason === 'PARTIAL_TAKE_PROFIT' ? String(row.ordinals).split(',').map(Number) : [],
    };
    const id = Number(row.position_id);
    exits.set(id, [...(exits.get(id) ?? []), exit]);
  }
  return exits;
}
