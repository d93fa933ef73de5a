import { setTimeout as sleep } from 'node:timers/promises';
import { send, type Signal } from '../e2e/testing/sender.js';
import type { FakeOrder } from '../server/src/testing/fake-exchange/engine-types.js';
import { most, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';

const GIVE_UP_MS = 90_000;
const AT_ONCE = 8;
/** Limit orders far from the market, which rest until the test changes them. */
const LIMIT = '90000';

/** R5: processes are killed with live orders, which then change. A new process must know that before it trades. */
export async function reconcileFirst({ liveOrders }: Sizes): Promise<GuaranteeResult[]> {
  const world = await createRealWorld();
  try {
    await world.db.query("UPDATE trade_parameters SET order_type_default = 'LIMIT', slippage_bps = 0");
    await world.start(['monitors']);
    await world.start(['executor']);
    const url = (await world.start(['api'])).ready.webhookUrl ?? '';
    await placeAll(world, url, liveOrders);
    await Promise.all(world.programs.map((program) => program.kill()));
    const changed = changeMeanwhile(world, world.fake.orders());
    return await startAgain(world, { liveOrders, changed });
  } finally {
    await world.close();
  }
}

async function placeAll(world: RealWorld, url: string, count: number): Promise<void> {
  let next = 0;
  const work = async () => {
    for (let n = next++; n < count; n = next++)
      await send(url, { id: `live-${n}`, ticker: 'BTCUSDT', action: 'buy', price: LIMIT });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const until = performance.now() + GIVE_UP_MS;
  const resting = async () =>
    (await world.db.query<unknown[]>("SELECT id FROM trade_executions WHERE status_exchange = 'NEW'")).length;
  while ((await resting()) < count) {
    if (performance.now() > until) throw new Error(`only ${await resting()} of ${count} orders rest`);
    await sleep(100);
  }
}

/** While no process runs, a quarter each is filled, partly filled, canceled by hand, and left alone. */
function changeMeanwhile({ fake }: RealWorld, orders: readonly FakeOrder[]): number {
  orders.forEach((order, index) => {
    if (index % 4 === 0) fake.engine.fill(order, order.qty.toFixed());
    if (index % 4 === 1) fake.engine.fill(order, order.qty.div(2).toDecimalPlaces(5).toFixed());
    if (index % 4 === 2) fake.engine.cancel(order);
  });
  return orders.filter((_, index) => index % 4 < 3).length;
}

async function startAgain(
  world: RealWorld,
  { liveOrders, changed }: { liveOrders: number; changed: number },
): Promise<GuaranteeResult[]> {
  const known = world.fake.orders().length;
  await world.db.query("UPDATE trade_parameters SET order_type_default = 'MARKET', slippage_bps = 0");
  let behindAtFirstOrder: Promise<number> | undefined;
  world.fake.onRequest(({ kind }, moment) => {
    if (kind === 'place' && moment === 'arrived') behindAtFirstOrder ??= behind(world, known);
  });
  const signal: Signal = { id: 'new-1', ticker: 'ETHUSDT', action: 'buy' };
  const api = await world.start(['api']);
  await send(api.ready.webhookUrl ?? '', signal);
  const since = performance.now();
  await Promise.all([world.start(['executor']), world.start(['monitors'])]);
  let equalAfterMs = Infinity;
  while (performance.now() - since < GIVE_UP_MS && (equalAfterMs === Infinity || !behindAtFirstOrder)) {
    if (equalAfterMs === Infinity && (await behind(world, known)) === 0) equalAfterMs = performance.now() - since;
    await sleep(50);
  }
  const early = (await behindAtFirstOrder) ?? -1;
  return [
    {
      ...{
        guarantee: 'R5',
        what: `killed over ${liveOrders} live orders of a REAL account, ${changed} changed meanwhile`,
      },
      figure: `all equal ${seconds([equalAfterMs], 1)} after the start; orders not known yet when the first new one came: ${early}`,
      ...{ target: 'all equal <= 30 s, 0 before', holds: most([equalAfterMs]) <= 30_000 && early === 0 },
    },
  ];
}

/** How many of the first orders differ between our books and the exchange. */
async function behind({ db, fake }: RealWorld, count: number): Promise<number> {
  const rows = await db.query<{ client_order_id: string; status: string; executed: string }[]>(
    'SELECT client_order_id, status_exchange AS status, CAST(executed_qty AS CHAR) AS executed FROM trade_executions',
  );
  const booked = new Map(rows.map((row) => [row.client_order_id, row]));
  return fake
    .orders()
    .slice(0, count)
    .filter(({ clientId, status, executedQty }) => {
      const ours = booked.get(clientId);
      return !ours || ours.status !== status || !executedQty.eq(ours.executed);
    }).length;
}
