import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { send } from '../e2e/testing/sender.js';
import type { RoleName } from '../e2e/testing/program.js';
import { findFaketime, type Faketime } from './faketime.js';
import type { GuaranteeResult } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';

const JOBS = 13;
/** Below 5 s both executors trade; beyond 5 s only the one with the correct clock trades. */
const SKEWS_MS = [3_000, -4_000, 14_000, 25_000, 300_000, -300_000];
const STEPS_MS = [-300_000, 300_000];
const SETTLE_MS = 150_000;
/** The exchange admits an order long after its sender lost the connection. */
const ADMITTED_LATE = { takenAfterMs: 4_500, answer: 'lost' } as const;

/** R15: executors on hosts whose clocks differ, and clocks that are set while the program runs. */
export async function wrongClocks(): Promise<GuaranteeResult[]> {
  const faketime = findFaketime();
  if (!faketime) {
    const what = 'SKIPPED: clocks that differ and clocks that are set (libfaketime is not installed)';
    return [{ guarantee: 'R15', what, figure: 'not tried', target: '', holds: true }];
  }
  const rows: GuaranteeResult[] = [];
  for (const skewMs of SKEWS_MS) rows.push(await differ(faketime, skewMs));
  for (const stepMs of STEPS_MS)
    for (const apart of [false, true]) rows.push(...(await step(faketime, { stepMs, apart })));
  return rows;
}

const inSeconds = (ms: number): string => `${ms > 0 ? '+' : ''}${ms / 1_000} s`;
const nameOf = (apart: boolean): string => (apart ? 'the monitors, apart' : 'the one process of all roles');

async function differ(faketime: Faketime, skewMs: number): Promise<GuaranteeResult> {
  const world = await createRealWorld();
  try {
    await world.start(['monitors']);
    const url = (await world.start(['api'])).ready.webhookUrl ?? '';
    await world.start(['executor']);
    await world.start(['executor'], { env: faketime.skewed(skewMs) });
    await warmUp(world, url);
    world.fake.faults.seeded({
      seed: 7,
      chance: 0.6,
      faults: [ADMITTED_LATE],
      kinds: ['place'],
    });
    for (let n = 0; n < JOBS; n++) {
      await send(url, { id: `clock-${n}`, ticker: 'BTCUSDT', action: 'buy' });
      await sleep(300);
    }
    const alerts = await until(() => openAlerts(world), 10_000);
    await settle(world);
    const { doubled, failedFilled } = await lookAtJobs(world);
    const wrong = await world.wrong();
    if (wrong.length > 0)
      process.stderr.write(`R15 ${inSeconds(skewMs)}: ${wrong.join('\n')}\nlogs: ${world.keepLogs()}\n`);
    const { met } = world.fake.faults;
    return {
      ...{
        guarantee: 'R15',
        what: `two executors ${inSeconds(skewMs)} apart, orders admitted 4.5 s after a lost answer`,
      },
      figure: `${doubled} doubled, ${failedFilled} failed although filled, ${wrong.length} wrong of ${JOBS + 1} jobs (${met} lost answers), ${alerts} alert`,
      ...{
        target: '0, 0, 0, 1',
        holds: doubled + failedFilled + wrong.length === 0 && met > 0 && alerts === 1,
      },
    };
  } finally {
    await world.close();
  }
}

/** One job ends before the trouble starts. */
async function warmUp(world: RealWorld, url: string, price?: string): Promise<void> {
  await send(url, {
    id: 'warm-up',
    ticker: 'BTCUSDT',
    action: 'buy',
    ...(price && { price }),
  });
  if (!(await until(() => positions(world), 30_000))) throw new Error('the first buy was not filled');
}

const count = async ({ db }: RealWorld, sql: string): Promise<number> => {
  const [row] = await db.query<{ n: number }[]>(sql);
  return Number(row?.n ?? 0);
};
const positions = (world: RealWorld) => count(world, 'SELECT COUNT(*) AS n FROM trade_positions');
const openAlerts = (world: RealWorld) =>
  count(world, "SELECT COUNT(*) AS n FROM system_alerts WHERE alert_type = 'CLOCK_SKEW' AND resolved_at IS NULL");

/** The first value that is not 0, or 0. */
async function until(look: () => Promise<number>, ms: number): Promise<number> {
  for (const since = performance.now(); performance.now() - since < ms; await sleep(50)) {
    const seen = await look();
    if (seen > 0) return seen;
  }
  return 0;
}

async function settle(world: RealWorld, withinMs = SETTLE_MS): Promise<void> {
  const since = performance.now();
  while ((await world.open()) > 0 && performance.now() - since < withinMs) await sleep(250);
}

/** Jobs with more than one filled order at the exchange, and jobs that failed although theirs was filled. */
async function lookAtJobs({ db, fake }: RealWorld): Promise<{ doubled: number; failedFilled: number }> {
  const rows = await db.query<{ job: number; status: string; id: string }[]>(
    'SELECT j.id AS job, j.status, x.client_order_id AS id FROM trade_jobs j JOIN trade_executions x ON x.trade_job_id = j.id',
  );
  const filled = new Set(fake.orders().flatMap(({ clientId, executedQty }) => (executedQty.gt(0) ? clientId : [])));
  const filledOf = new Map<number, number>();
  for (const { job, id } of rows) if (filled.has(id)) filledOf.set(job, (filledOf.get(job) ?? 0) + 1);
  const failed = new Set(rows.flatMap(({ job, status }) => (status === 'FAILED' ? job : [])));
  return {
    doubled: [...filledOf.values()].filter((n) => n > 1).length,
    failedFilled: [...filledOf.keys()].filter((job) => failed.has(job)).length,
  };
}

const OPEN = '100000';
/** Beyond the stop of 3 %. */
const STOPPED = '96250';
/** A feed without new prices would still use the opening price: 2 % above it is allowed. */
const HIGH = '112500';
const STOP_WITHIN_MS = 5_000;

async function step(
  faketime: Faketime,
  { stepMs, apart }: { stepMs: number; apart: boolean },
): Promise<GuaranteeResult[]> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-clock-'));
  const clock = faketime.settable(path.join(dir, 'faketime'));
  const world = await createRealWorld();
  try {
    await world.db.query(
      `UPDATE trade_parameters SET quote_amount_fixed = 500, slippage_bps = 200,
         default_sl_enabled = 1, default_sl_pct = 3, trailing_stop_enabled = 0`,
    );
    const settable: RoleName[] = apart ? ['monitors'] : ['monitors', 'executor', 'api'];
    let url = (await world.start(settable, { env: clock.env })).ready.webhookUrl;
    if (apart) {
      await world.start(['executor']);
      url = (await world.start(['api'])).ready.webhookUrl;
    }
    await warmUp(world, url ?? '', OPEN);
    const alertsBefore = await openAlerts(world);
    clock.set(stepMs);
    await sleep(2_000);
    const seen = await watchStep(world, url ?? '', () => clock.set(0));
    return told({
      ...seen,
      alertsBefore,
      name: `${inSeconds(stepMs)} of ${nameOf(apart)}`,
    });
  } finally {
    await world.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

interface Seen {
  /** From the price that reaches the stop to the sell at the exchange. */
  stopMs: number;
  /** Buys that were sent although the market was far above the price of their signal. */
  bought: number;
  alerts: number;
  isResolved: boolean;
  /** The final outcome of the signal. */
  signal: string;
}

async function watchStep(world: RealWorld, url: string, setRight: () => void): Promise<Seen> {
  const { fake, prices } = world;
  const sells = async () => fake.orders().filter(({ side }) => side === 'SELL').length;
  prices['BTC/USDT'] = STOPPED;
  const since = performance.now();
  await until(sells, 30_000);
  const stopMs = performance.now() - since;
  prices['BTC/USDT'] = HIGH;
  await sleep(2_000);
  const before = fake.orders().length;
  await send(url, {
    id: 'late',
    ticker: 'BTCUSDT',
    action: 'buy',
    price: OPEN,
  });
  const alerts = await until(() => openAlerts(world), 5_000);
  await sleep(4_000);
  setRight();
  const isResolved = (await until(async () => ((await openAlerts(world)) === 0 ? 1 : 0), 15_000)) > 0;
  await settle(world, 20_000);
  const bought = fake
    .orders()
    .slice(before)
    .filter(({ side }) => side === 'BUY').length;
  const [job] = await world.db.query<{ told: string }[]>(
    "SELECT CONCAT_WS(' ', status, reason_code) AS told FROM trade_jobs WHERE side = 'BUY' ORDER BY id DESC LIMIT 1",
  );
  return { stopMs, bought, alerts, isResolved, signal: job?.told ?? 'no job' };
}

function told({
  stopMs,
  bought,
  alerts,
  isResolved,
  signal,
  alertsBefore,
  name,
}: Seen & { alertsBefore: number; name: string }): GuaranteeResult[] {
  const what = `the clock is set by ${name}`;
  return [
    {
      ...{
        guarantee: 'R15',
        what: `${what}: price at the stop to sell at the exchange`,
      },
      ...{
        figure: `${(stopMs / 1_000).toFixed(1)} s`,
        target: '<= 5 s',
        holds: stopMs <= STOP_WITHIN_MS,
      },
    },
    {
      ...{
        guarantee: 'R15',
        what: `${what}: buys 12.5 % above their signal, with a limit of 2 %`,
      },
      ...{
        figure: `${bought} (${signal})`,
        target: '0',
        holds: bought === 0 && signal === 'SKIPPED SLIPPAGE_EXCEEDED',
      },
    },
    {
      ...{
        guarantee: 'R15',
        what: `${what}: alert raised, and ended when it is right again`,
      },
      figure: `${alertsBefore} before, ${alerts} then, ${isResolved ? 'ended' : 'not ended'}`,
      ...{
        target: '0, 1, ended',
        holds: alertsBefore === 0 && alerts === 1 && isResolved,
      },
    },
  ];
}
