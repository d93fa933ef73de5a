import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { d } from '../core/money/money.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { openMany, triggerWorld, type TriggerWorld } from '../testing/worlds/trigger-world.js';
import { editExits } from '../positions/edit-exits.js';
import { watchTriggers, type TriggerWatch } from './watch-triggers.js';

/**
 * End to end, with the real queue and database and two monitors that start and stop, against a model that walks over a
 * list: after every price both must have sold the same positions for the same reason, each once.
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

interface Model {
  sl: string | null;
  tp: string | null;
  trailing: string | null;
  arming: string | null;
  max: string | null;
  reason: string | null;
}
type Step =
  | { kind: 'price'; price: number }
  | { kind: 'edit'; which: number; sl: string; tp: string }
  | { kind: 'restart'; which: 0 | 1 }
  | { kind: 'refusal' };

const COUNT = 12;
const pct = fc.option(
  fc.integer({ min: 2, max: 24 }).map((n) => (n / 4).toFixed(2)),
  { freq: 2 },
);
const plan = fc.record({ sl: pct, tp: pct, trailing: pct, arming: pct });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('price' as const), price: fc.integer({ min: 376, max: 424 }) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('edit' as const),
      which: fc.nat(COUNT - 1),
      sl: fc.integer({ min: 2, max: 24 }).map((n) => (n / 4).toFixed(2)),
      tp: fc.integer({ min: 2, max: 24 }).map((n) => (n / 4).toFixed(2)),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('restart' as const), which: fc.constantFrom(0 as const, 1 as const) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'refusal' as const }) },
);

/** The rules again, with pnl% as in trading.md. */
function judge(model: Model, price: string): string | null {
  const profit = d(price).sub(d('100000')).div(d('1000'));
  if (model.trailing !== null) {
    if (model.max === null && model.arming === null) model.max = '100000';
    if (model.max === null && model.arming !== null && profit.gte(d(model.arming))) model.max = price;
    if (model.max !== null && d(price).gt(d(model.max))) model.max = price;
  }
  const stop = model.sl !== null && profit.lte(d(model.sl).neg()) ? d('100000').sub(d(model.sl).mul(d('1000'))) : null;
  const trail =
    model.trailing !== null && model.max !== null
      ? d(model.max)
          .mul(d('100').sub(d(model.trailing)))
          .div(d('100'))
      : null;
  const trailed = trail !== null && d(price).lte(trail);
  if (stop && !(trailed && trail.gte(stop))) return 'STOP_LOSS';
  if (trailed) return 'TRAILING_STOP';
  return model.tp !== null && profit.gte(d(model.tp)) ? 'TAKE_PROFIT' : null;
}

it('prices, edits, restarts and refusals end as the plain model predicts', { timeout: 300_000 }, async () => {
  let [prices, sold] = [0, 0];
  const play = async (plans: Omit<Model, 'max' | 'reason'>[], steps: Step[]): Promise<void> => {
    const world = await triggerWorld(t.db, redis);
    // A late monitor keeps its keys: the model does not cover that another one misses the last half second.
    const start = () => watchTriggers(world.ctx, { lookMs: 50, resyncMs: 600_000 });
    const watches: TriggerWatch[] = [];
    // Redis still has the last price of the previous run.
    world.price('100000');
    try {
      const { id: accountId, user_id: owner } = await makeAccount(t.db);
      const ids: number[] = [];
      const models = plans.map((one): Model => ({ ...one, max: null, reason: null }));
      for (const { sl, tp, trailing, arming } of models) {
        const columns = {
          ...{ sl_enabled: sl !== null, sl_pct: sl, tp_enabled: tp !== null, tp_pct: tp },
          ...{ trailing_enabled: trailing !== null, trailing_distance_pct: trailing, trailing_arming_pct: arming },
        };
        ids.push(...(await openMany(t.db, { accountId, count: 1, columns })));
      }
      watches.push(start(), start());
      for (const one of [{ kind: 'price', price: 400 } as const, ...steps]) {
        if (one.kind === 'refusal') refuseNext(world);
        if (one.kind === 'restart') {
          await watches[one.which]?.stop();
          watches[one.which] = start();
        }
        if (one.kind === 'edit') {
          const model = models[one.which]!;
          const changes = { slEnabled: true, slPct: one.sl, tpEnabled: true, tpPct: one.tp };
          const answer = await editExits(world.ctx, owner, { positionId: ids[one.which]!, changes });
          expect(!answer.ok).toBe(model.reason !== null);
          if (model.reason === null) Object.assign(model, { sl: one.sl, tp: one.tp });
        }
        // An edit is also checked against the current price, as if that price came again.
        const text = one.kind === 'price' ? String(one.price * 250) : undefined;
        if (text) last = text;
        if (text) prices++;
        const open = models.filter(({ reason }) => reason === null).length;
        // Wait until the current watcher has seen everything before this step.
        if (text) {
          await eventually(() => expect(Math.max(...watches.map((one) => one.size()))).toBe(watchable(models)));
        }
        if (text) world.price(text);
        for (const model of models) model.reason ??= judge(model, last);
        sold += open - models.filter(({ reason }) => reason === null).length;
        await agrees(ids, models);
      }
      const sells = await t.db.query<{ n: number; most: string }[]>(
        `SELECT COUNT(*) AS n, MAX(qty_sold) AS most FROM position_reservations pp JOIN trade_jobs j ON j.id = pp.trade_job_id
          WHERE j.exchange_account_id = ? AND pp.qty_sold > 0`,
        [accountId],
      );
      expect(Number(sells[0]!.n)).toBe(models.filter(({ reason }) => reason !== null).length);
    } finally {
      await Promise.all(watches.map((one) => one.stop()));
      await world.close();
      await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_reserved = 0, qty_remaining = 0");
    }
  };
  let last = '100000';
  const plans = fc.array(plan, { minLength: COUNT, maxLength: COUNT });
  await fc.assert(
    fc.asyncProperty(plans, fc.array(step, { minLength: 25, maxLength: 45, size: 'max' }), (some, steps) => {
      last = '100000';
      return play(some, steps);
    }),
    { numRuns: 8, endOnFailure: true },
  );
  expect(prices).toBeGreaterThan(100);
  expect(sold).toBeGreaterThan(20);
});

const watchable = (models: Model[]): number =>
  models.filter((one) => one.reason === null && (one.sl ?? one.tp ?? one.trailing) !== null).length;

/** The exchange refuses one order, so the exit is fired again. */
function refuseNext({ exchange }: TriggerWorld): void {
  exchange.faultMode = () => {
    exchange.faultMode = 'accept';
    return 'refuse';
  };
}

async function agrees(ids: readonly number[], models: readonly Model[]): Promise<void> {
  await eventually(async () => {
    const rows = await t.db.query<{ status: string; close_reason: string | null; qty_reserved: string }[]>(
      `SELECT status, close_reason, qty_reserved FROM trade_positions WHERE id IN (${ids.map(() => '?').join(', ')}) ORDER BY id`,
      [...ids],
    );
    expect(rows.map(({ close_reason }) => close_reason)).toEqual(models.map(({ reason }) => reason));
    expect(rows.every(({ qty_reserved }) => Number(qty_reserved) === 0)).toBe(true);
  });
}
