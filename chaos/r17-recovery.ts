import { setTimeout as sleep } from 'node:timers/promises';
import type { RoleName } from '../e2e/testing/program.js';
import { send, type Signal } from '../e2e/testing/sender.js';
import { signIn } from '../e2e/testing/trader.js';
import { FAULTS } from '../server/src/testing/fake-exchange/faults.js';
import { isRefusal } from '../server/src/testing/fake-exchange/engine-types.js';
import { most, seconds, type GuaranteeResult } from './guarantee.js';
import { BY_HAND, createRealWorld, type RealWorld } from './real-world.js';

const UNKNOWN = 12;
const ORDERS_THAT_DAY = 1_000;
const DAY_MS = 8 * 60 * 60_000;
const RESOLVED_LIMIT_MS = 20_000;
const EXIT_LIMIT_MS = 2_000;
const GIVE_UP_MS = 90_000;
const OPEN_MS = 120_000;
const POLL_MS = 100;
/** The time after the loss of the orders at which the market of a position falls through its stop. */
const FALLS = [
  { symbol: 'ETH/USDT', ticker: 'ETHUSDT', to: '3600', afterMs: 3_000 },
  { symbol: 'SOL/USDT', ticker: 'SOLUSDT', to: '180', afterMs: 11_000 },
];
const ONE_PROCESS: RoleName[][] = [['api', 'executor', 'monitors']];
const APART: RoleName[][] = [['monitors'], ['monitors'], ['executor'], ['executor'], ['api']];

/**
 * R17: the connections of orders are reset before the exchange accepts them, on an account with a day of orders and the
 * real rate limits. Measures the time until each outcome is known, and how long exits take meanwhile.
 */
export async function recoverUnderLimits(): Promise<GuaranteeResult[]> {
  const results: GuaranteeResult[] = [];
  for (const dialect of ['binance', 'bybit'] as const) {
    for (const [roles, processes] of [
      ['one process', ONE_PROCESS],
      ['2 executors, 2 monitors', APART],
    ] as const) {
      const rows = await walk({ dialect, roles, processes });
      for (const { what, figure } of rows) process.stderr.write(`${what}: ${figure}\n`);
      results.push(...rows);
    }
  }
  return results;
}

interface Walk {
  dialect: 'binance' | 'bybit';
  roles: string;
  processes: RoleName[][];
}

async function walk({ dialect, roles, processes }: Walk): Promise<GuaranteeResult[]> {
  const day = { offsetMs: -DAY_MS };
  const world = await createRealWorld({ dialect, clock: { now: () => Date.now() + day.offsetMs } });
  try {
    await world.db.query('UPDATE exchange_accounts SET created_at = NOW() - INTERVAL 30 DAY');
    tradeAllDay(world, day);
    await world.db.query('UPDATE trade_parameters SET default_sl_enabled = 1, default_sl_pct = 5');
    const started = [];
    // One after the other: the first one migrates.
    for (const some of processes) started.push(await world.start(some));
    const ready = started.find((program) => program.roles.includes('api'))?.ready;
    await acceptOwnOrders(world, ready?.url ?? '');
    const url = ready?.webhookUrl ?? '';
    await Promise.all(FALLS.map(({ ticker }) => send(url, { id: `open-${ticker}`, ticker, action: 'buy' })));
    await until(async () => (await openPositions(world)) === FALLS.length, OPEN_MS);
    const { known, left, exits } = await loseOrders(world, url);
    await until(async () => (await world.open()) === 0, OPEN_MS);
    const wrong = await world.wrong();
    const refusals = world.fake.refusals();
    if (wrong.length > 0) process.stderr.write(`R17 ${dialect}, ${roles}: ${wrong.join('\n')}\n`);
    if (process.env.CHAOS_KEEP_LOGS || wrong.length > 0) process.stderr.write(`logs: ${world.keepLogs()}\n`);
    return told({ dialect, roles, known, left, exits, wrong, refusals, failed: await failedJobs(world) });
  } finally {
    await world.close();
  }
}

/** Orders of the owner, spread over the last hours. */
function tradeAllDay({ fake }: RealWorld, day: { offsetMs: number }): void {
  const account = fake.accounts[0]?.name ?? '';
  for (let n = 0; n < ORDERS_THAT_DAY; n++) {
    day.offsetMs = -DAY_MS * (1 - (n + 1) / ORDERS_THAT_DAY);
    const side = n % 2 === 0 ? 'BUY' : 'SELL';
    const placed = fake.engine.place({
      ...{ account, clientId: `${BY_HAND}${n}`, market: 'BTC/USDT', side, type: 'MARKET', quantity: '0.001' },
    });
    if (isRefusal(placed)) throw new Error(`order ${n} by hand was refused: ${placed.refusal}`);
  }
  day.offsetMs = 0;
}

/** Orders that no job made pause the entries of their account. The owner, who made them, resumes the entries. */
async function acceptOwnOrders(world: RealWorld, url: string): Promise<void> {
  const isPaused = async () => {
    const [row] = await world.db.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM exchange_accounts WHERE entries_pause_reason = 'ORDER_NOT_OURS'",
    );
    return Number(row?.n ?? 0) > 0;
  };
  if (!(await until(isPaused, OPEN_MS))) throw new Error('the orders by hand did not pause the entries');
  const owner = await signIn(url, world);
  await owner.ask('mutation Resume($input: ResumeEntriesInput!) { resumeEntries(input: $input) { account { id } } }', {
    input: { accountId: world.accountId },
  });
}

async function openPositions({ db }: RealWorld): Promise<number> {
  const [row] = await db.query<{ n: number }[]>(
    "SELECT COUNT(*) AS n FROM trade_positions WHERE status = 'OPEN' AND qty_remaining > 0",
  );
  return Number(row?.n ?? 0);
}

async function failedJobs({ db }: RealWorld): Promise<number> {
  const [row] = await db.query<{ n: number }[]>("SELECT COUNT(*) AS n FROM trade_jobs WHERE status <> 'FILLED'");
  return Number(row?.n ?? 0);
}

async function until(isSo: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  const give = performance.now() + limitMs;
  while (!(await isSo())) {
    if (performance.now() > give) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Loses orders while they are sent; returns when the outcome of each was known, and how long each exit took, in ms. */
async function loseOrders(world: RealWorld, url: string) {
  const { fake } = world;
  const sells: number[] = [];
  const stop = fake.onRequest(({ kind, query, body }, moment) => {
    if (kind === 'place' && moment === 'arrived' && /side"?[=:]"?sell/i.test(query + body))
      sells.push(performance.now());
  });
  const lost: number[] = [];
  const stopLost = fake.onRequest(({ kind, fault }, moment) => {
    if (kind === 'place' && fault && moment === 'arrived') lost.push(performance.now());
  });
  fake.faults.next('place', FAULTS.reset, UNKNOWN);
  const signals = Array.from({ length: UNKNOWN }, (_, n): Signal => ({
    id: `l-${n}`,
    ticker: 'BTCUSDT',
    action: 'buy',
  }));
  await Promise.all(signals.map((signal) => send(url, signal)));
  await until(async () => lost.length >= UNKNOWN, 30_000);
  const since = lost.at(-1) ?? performance.now();
  const exits = FALLS.map(async ({ symbol, to, afterMs }, n) => {
    await sleep(Math.max(0, since + afterMs - performance.now()));
    const fellAt = performance.now();
    world.setPrice(symbol, to);
    await until(async () => sells.length > n, GIVE_UP_MS - afterMs);
    return (sells[n] ?? Infinity) - fellAt;
  });
  const ids = (await unresolved(world)).sort();
  const known = new Map<number, number>();
  await until(async () => {
    const still = new Set(await unresolved(world));
    for (const id of ids) if (!still.has(id) && !known.has(id)) known.set(id, performance.now() - since);
    return known.size >= ids.length;
  }, GIVE_UP_MS);
  const took = await Promise.all(exits);
  stop();
  stopLost();
  return { known: [...known.values()], left: UNKNOWN - known.size, exits: took };
}

async function unresolved({ db }: RealWorld): Promise<number[]> {
  const rows = await db.query<{ id: number }[]>(
    `SELECT e.id FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.status_exchange IN ('SENDING', 'UNKNOWN') AND e.attempt = 1 AND j.symbol = 'BTC/USDT'`,
  );
  return rows.map(({ id }) => id);
}

function told(
  seen: Pick<Walk, 'dialect' | 'roles'> & {
    known: number[];
    left: number;
    exits: number[];
    wrong: string[];
    refusals: number;
    failed: number;
  },
): GuaranteeResult[] {
  const { dialect, roles, known, left, exits, wrong, refusals, failed } = seen;
  const place = `${dialect}, ${roles}`;
  return [
    {
      ...{ guarantee: 'R17', what: `${UNKNOWN} unknown, ${ORDERS_THAT_DAY} orders that day, ${place}` },
      figure: `p50 ${seconds(known, 0.5)}, p99 ${seconds(known, 0.99)}, most ${seconds(known, 1)}; ${left} unknown left, ${failed} jobs not filled, ${wrong.length} wrong, ${refusals} requests too many`,
      target: 'all <= 20 s, 0, 0, 0, 0',
      holds: left === 0 && failed === 0 && wrong.length === 0 && refusals === 0 && most(known) <= RESOLVED_LIMIT_MS,
    },
    {
      ...{ guarantee: 'R17', what: `price through a stop to its sell at the exchange meanwhile, ${place}` },
      figure: `p50 ${seconds(exits, 0.5)}, most ${seconds(exits, 1)}`,
      ...{ target: 'all <= 2 s', holds: most(exits) <= EXIT_LIMIT_MS },
    },
  ];
}
