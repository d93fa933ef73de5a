import type { Context } from '../../context.js';
import { d } from '../../core/money/money.js';
import type { Database } from '../../infra/database/database.js';
import { cancelOrder } from '../../orders/cancel/cancel-order.js';
import { executeTrade } from '../../orders/send/execute-trade.js';
import { recoverOrders } from '../../orders/recover/recover-orders.js';
import type { DuplicateIds } from '../fake-exchange/engine-types.js';
import { placeOrder } from '../../positions/buy/place-order.js';
import { makeJob } from '../make.js';
import { findWrong } from './find-wrong.js';
import { BTC, createSeedWorld, type SeedWorld } from './seed-world.js';

const SWEEP_MS = 2_000;
const OVERDUE_MS = 2_000;
const HEAL_SWEEPS = 90;
/** A process that is to die does so within this number of steps. */
const DEATH_WITHIN = 16;

export interface SeedResult {
  seed: number;
  duplicateIds: DuplicateIds;
  /** The errors in the books; empty = none. */
  wrong: string[];
  jobs: number;
  orders: number;
  deaths: number;
  /** Virtual time from the end of the exchange's faults until the outcome of every order was known; null = never. */
  healedAfterMs: number | null;
}

/** Runs some work in a process. When the process dies during it, another one takes its place. */
async function runIn(world: SeedWorld, slot: number, work: (ctx: Context) => Promise<unknown>): Promise<void> {
  const process = world.processes[slot];
  if (!process) return;
  try {
    await work(process.ctx);
  } catch (error) {
    if (!process.isDead()) throw error;
  }
  if (!process.isDead() || world.processes[slot] !== process) return;
  world.deaths += 1;
  world.processes[slot] = world.born();
}

const execute = (world: SeedWorld, slot: number, jobId: number) =>
  runIn(world, slot, (ctx) => executeTrade(ctx, { jobId, committedAt: ctx.clock.now(), queuedAt: ctx.clock.now() }));

/** What the executor does every two seconds: overdue jobs, then orders with an unknown outcome. */
async function sweep(world: SeedWorld, slot: number): Promise<void> {
  const overdue = await world.db.query<{ id: number }[]>(
    "SELECT id FROM trade_jobs WHERE exchange_account_id = ? AND status = 'PENDING' AND created_at <= ? ORDER BY id",
    [world.account.id, new Date(world.time.now() - OVERDUE_MS)],
  );
  for (const { id } of overdue) await execute(world, slot, id);
  await runIn(world, slot, (ctx) => recoverOrders(ctx, { limit: 50 }));
}

/** A signal is committed. Neither, one or both of the processes handle it. */
async function signal(world: SeedWorld): Promise<void> {
  const { db, random, engine, account, vaultId, sourceId, time } = world;
  const side = random() < 0.7 ? 'BUY' : 'SELL';
  const last = d(engine.price(BTC)?.last ?? '1');
  const away = d(String(Math.floor(random() * 400) - 100)).mul(side === 'BUY' ? d('-1') : d('1'));
  await db.query('UPDATE trade_parameters SET order_type_default = ? WHERE exchange_account_id = ?', [
    random() < 0.35 ? 'LIMIT' : 'MARKET',
    account.id,
  ]);
  const event = await db.prisma.webhookEvent.create({
    data: {
      ...{ webhook_source_id: sourceId, target_account_id: account.id, trade_mode: 'REAL' },
      ...{ event_uid: `${world.jobIds.length}`, symbol_raw: 'BTCUSDT', symbol_normalized: BTC },
      ...{ action: `${side}_SIGNAL`, status: 'PROCESSED', price_reference: last.add(away).toFixed() },
      created_at: new Date(time.now()),
    },
  });
  const job = await makeJob(db, {
    ...{ exchange_account_id: account.id, symbol: BTC, side, trade_mode: 'REAL', webhook_event_id: event.id },
    ...{ vault_id: side === 'BUY' ? vaultId : null, created_at: new Date(time.now()) },
  });
  world.jobIds.push(job.id);
  const slots = random() < 0.25 ? [] : random() < 0.4 ? [0, 1] : [Math.floor(random() * 2)];
  await Promise.all(slots.map((slot) => execute(world, slot, job.id)));
}

/**
 * The owner buys by hand, sometimes more of an open position. When the process dies during it, they ask again with the
 * same key.
 */
async function buyByHand(world: SeedWorld, slot: number): Promise<void> {
  const { db, random, account, vaultId, engine } = world;
  const open = await db.query<{ id: number }[]>(
    "SELECT id FROM trade_positions WHERE exchange_account_id = ? AND status = 'OPEN' AND vault_id = ? ORDER BY id",
    [account.id, vaultId],
  );
  const grown = random() < 0.6 ? open[Math.floor(random() * open.length)] : undefined;
  const isLimit = random() < 0.3;
  const last = d(engine.price(BTC)?.last ?? '1');
  const order = {
    ...{ accountId: account.id, symbol: 'BTCUSDT', vaultId, positionId: grown?.id ?? null, exits: null, hours: null },
    ...{ orderType: isLimit ? ('LIMIT' as const) : ('MARKET' as const), quoteAmount: '150', quantity: null },
    ...{ limitPrice: isLimit ? last.sub(d('50')).toFixed() : null, slippageBps: null, expected: null },
    idempotencyKey: `hand ${account.id} ${world.time.now()} ${random()}`,
  };
  const placed = new Set<number>();
  const place = () =>
    runIn(world, slot, async (ctx) => {
      const answer = await placeOrder(ctx, account.userId, order);
      if (answer.ok) placed.add(answer.jobId);
    });
  await place();
  await place();
  if (placed.size > 1) throw new Error(`one key placed the jobs ${[...placed].join(', ')}`);
  for (const jobId of placed) {
    world.jobIds.push(jobId);
    if (random() < 0.7) await execute(world, slot, jobId);
  }
}

const cancel = (world: SeedWorld, slot: number, jobId: number) =>
  runIn(world, slot, (ctx) => cancelOrder(ctx, world.account.userId, { jobId }));

function movePrice({ engine, random }: SeedWorld): void {
  const last = d(engine.price(BTC)?.last ?? '1').add(d(String(Math.floor(random() * 401) - 200)));
  engine.setPrice(BTC, { last: last.toFixed(), bid: last.sub('0.01').toFixed(), ask: last.add('0.01').toFixed() });
}

/** One step of a seed. */
async function step(world: SeedWorld): Promise<void> {
  const { random, time, processes, jobIds } = world;
  const slot = Math.floor(random() * 2);
  const roll = random();
  if (random() < 0.3) processes[slot]?.dieAfter(Math.floor(random() * DEATH_WITHIN));
  if (roll < 0.1) return buyByHand(world, slot);
  if (roll < 0.35) return signal(world);
  if (roll < 0.5) return sweep(world, slot);
  if (roll < 0.6) return void (await Promise.all([sweep(world, 0), sweep(world, 1)]));
  if (roll < 0.8) return time.advance(Math.floor(random() * 6_000));
  if (roll < 0.93) return movePrice(world);
  const jobId = jobIds[Math.floor(random() * jobIds.length)];
  if (jobId !== undefined) await cancel(world, slot, jobId);
}

const countOpen = async ({ db, account }: SeedWorld): Promise<number> => {
  const [row] = await db.query<{ open: number }[]>(
    `SELECT COUNT(*) AS open FROM trade_jobs j LEFT JOIN trade_executions x ON x.trade_job_id = j.id
     WHERE j.exchange_account_id = ? AND (j.status IN ('PENDING', 'EXECUTING') OR x.status_exchange IN ('SENDING', 'UNKNOWN'))`,
    [account.id],
  );
  return Number(row?.open ?? 0);
};

/** After the exchange's faults have ended and the processes run: the time until nothing is open. */
async function heal(world: SeedWorld): Promise<number | null> {
  const { exchange, time } = world;
  exchange.heal();
  world.processes = [world.born(), world.born()];
  const since = time.now();
  for (let n = 0; n < HEAL_SWEEPS; n++) {
    if ((await countOpen(world)) === 0) return time.now() - since;
    time.advance(SWEEP_MS);
    await sweep(world, n % 2);
  }
  return null;
}

/** The owner cancels resting orders, so that every order ends. */
async function closeAll(world: SeedWorld): Promise<void> {
  const resting = await world.db.query<{ id: number }[]>(
    "SELECT id FROM trade_jobs WHERE exchange_account_id = ? AND status IN ('PENDING_LIMIT', 'PARTIALLY_FILLED')",
    [world.account.id],
  );
  for (const { id } of resting) await cancel(world, 0, id);
}

/** A failed seed must not leave data that disturbs the next one. */
const bury = async ({ db, account }: SeedWorld): Promise<void> => {
  await db.query("UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE exchange_account_id = ?", [
    account.id,
  ]);
  await db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE exchange_account_id = ?", [account.id]);
};

/**
 * One seed: signals, crashes, faults of the exchange, price moves and cancels in an order drawn from it, with the real
 * use cases and a real database. Then the faults end, and the books are compared with what the exchange did.
 */
export async function simulateSeed(db: Database, seed: number, { breaksItsWindow = false } = {}): Promise<SeedResult> {
  const world = await createSeedWorld(db, seed, breaksItsWindow);
  const steps = 10 + Math.floor(world.random() * 16);
  for (let n = 0; n < steps; n++) await step(world);
  const healedAfterMs = await heal(world);
  if (healedAfterMs !== null) await closeAll(world);
  const { account, vaultId, engine } = world;
  const { orders, trades } = engine;
  const wrong = await findWrong({ db, account, vaultId, orders, trades });
  if (healedAfterMs === null) wrong.push('the fate of an order stayed unknown');
  if (wrong.length > 0) await bury(world);
  const { duplicateIds } = engine.rules;
  const { deaths, jobIds } = world;
  return { seed, duplicateIds, wrong, jobs: jobIds.length, orders: orders.length, deaths, healedAfterMs };
}
