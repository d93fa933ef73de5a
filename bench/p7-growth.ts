// How the time of each list and of the dashboard grows with the history, for the tenant who has it and for a neighbour.
import { performance } from 'node:perf_hooks';
import { countChanges } from '../server/src/reports/trading-totals.store.js';
import { createTestDatabase, type TestDatabase } from '../server/src/testing/services/test-database.js';
import { createTestRedis } from '../server/src/testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../server/src/testing/test-api.js';
import { growHistory, historyStart, type History } from '../server/src/testing/worlds/grow-history.js';
import { ms, times, type Row } from './table.js';

/** The limits of P7: the time of a list may grow by half, and stays below this many milliseconds. */
const RATIO_MAX = 1.5;
const P50_MAX_MS = 25;
/** The noise of a measurement of a few milliseconds on a shared machine. */
const NOISE_MS = 1;

const DAY_MS = 86_400_000;
const day = (number: number): string => new Date(historyStart() + number * DAY_MS).toISOString();

/** The operations of a tenant, by name. */
function operationsOf({ accountIds, sourceId, vaultId }: History): Record<string, string> {
  const list = (field: string, args: string, node = 'id'): string =>
    `{ ${field}(first: 50${args}) { edges { cursor node { ${node} } } pageInfo { hasNextPage endCursor } } }`;
  const middle = Buffer.from(`row:${historyStart() + 150 * DAY_MS}:1000`).toString('base64url');
  const position = 'id symbol status qtyRemaining realizedPnl account { label } openJob { status }';
  return {
    positions: list('positions', '', position),
    'positions, from the middle': list('positions', `, after: "${middle}"`, position),
    'positions, backward': `{ positions(last: 50, before: "${middle}") { edges { node { ${position} } } } }`,
    'positions, open': list('positions', ', filter: { status: OPEN }', position),
    'positions of a symbol': list('positions', ', filter: { symbol: "SOLUSDT", status: CLOSED }', position),
    'positions of an account': list('positions', `, filter: { accountId: ${accountIds[0]} }`, position),
    'positions of a source': list('positions', `, filter: { sourceId: ${sourceId} }`, position),
    'positions of two months': list('positions', `, filter: { from: "${day(60)}", to: "${day(120)}" }`, position),
    jobs: list('tradeJobs', '', 'id symbol status executions { status }'),
    'jobs, skipped': list('tradeJobs', ', filter: { status: [SKIPPED] }', 'id symbol status'),
    'jobs, none pending': list('tradeJobs', ', filter: { status: [PENDING] }', 'id symbol status'),
    'jobs of a mode without any': list('tradeJobs', ', filter: { tradeMode: REAL }', 'id symbol status'),
    executions: list('tradeExecutions', '', 'id symbol status executedQty'),
    'executions of a symbol': list('tradeExecutions', ', filter: { symbol: "ETH/USDT" }', 'id symbol status'),
    fills: list('positionFills', '', 'id side qty price'),
    events: list('webhookEvents', '', 'id action symbolNormalized account { label } jobs { status }'),
    'events, sells': list('webhookEvents', ', filter: { action: SELL_SIGNAL }', 'id action'),
    receipts: list('webhookReceipts', '', 'id receipt outcome result { outcome jobs }'),
    'receipts, refused': list('webhookReceipts', ', filter: { outcome: REFUSED }', 'id receipt'),
    'receipts, not understood': list('webhookReceipts', ', filter: { understood: false }', 'id receipt'),
    'blocked attempts': list('webhookBlockedAttempts', '', 'id reasonCode'),
    'vault transactions': list('vaultTransactions', `, filter: { vaultId: ${vaultId} }`, 'id type amount'),
    'resting orders': list('limitOrders', '', 'id symbol'),
    dashboard:
      '{ dashboard(tradeMode: SIMULATION) { equityUsd realizedToday realizedTotal openPositions wins losses } }',
    'trigger latency': '{ triggerLatency { exits tickToDecided { p50Ms } } }',
    'live cursor': '{ liveCursor }',
  };
}

/** One timed call. */
async function timed({ api, cookie }: Tenant, query: string): Promise<number> {
  const since = performance.now();
  const { errors } = await api.send(query, {}, cookie);
  if (errors.length > 0) throw new Error(`${query}: ${errors[0]?.message}`);
  return performance.now() - since;
}

const p50 = (taken: number[]): number => taken.sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN;

interface Tenant {
  api: TestApi;
  cookie: string;
  operations: Record<string, string>;
}

async function addTenant(api: TestApi, database: TestDatabase, rows: number): Promise<Tenant> {
  const { id, cookie } = await api.newUser();
  const since = performance.now();
  const history = await growHistory(database.db, { userId: id, rows });
  const loaded = performance.now();
  while ((await countChanges(database.db, { limit: 20_000 })) > 0);
  const seconds = (from: number, to: number): string => ((to - from) / 1_000).toFixed(1);
  process.stderr.write(
    `p7: ${rows} rows loaded in ${seconds(since, loaded)} s, counted in ${seconds(loaded, performance.now())} s\n`,
  );
  return { api, cookie, operations: operationsOf(history) };
}

/**
 * The p50 of an operation of each tenant. They take turns, so that a noisy moment of the machine is everybody's; the
 * first rounds warm up.
 */
async function measure(tenants: readonly Tenant[], name: string, rounds: number): Promise<number[]> {
  const taken = tenants.map((): number[] => []);
  for (let round = -3; round < rounds; round++) {
    for (const [index, tenant] of tenants.entries()) {
      const spent = await timed(tenant, tenant.operations[name] ?? '');
      if (round >= 0) taken[index]?.push(spent);
    }
  }
  return taken.map(p50);
}

/** Each operation in a database with a small history, and in one with a large one: its owner's and a neighbour's. */
export async function measureGrowth({ rows, rounds }: { rows: number; rounds: number }): Promise<Row[]> {
  const databases = [await createTestDatabase(), await createTestDatabase()] as const;
  const redis = await createTestRedis();
  const [small, big] = databases;
  const env = { env: { LOG_LEVEL: 'error' } };
  const apis = [
    await startTestApi({ db: small.db, redis }, env),
    await startTestApi({ db: big.db, redis }, env),
  ] as const;
  try {
    const alone = await addTenant(apis[0], small, 1_000);
    const neighbour = await addTenant(apis[1], big, 1_000);
    const large = await addTenant(apis[1], big, rows);
    const figures: Row[] = [];
    for (const name of Object.keys(alone.operations)) {
      const [floor = Number.NaN, ...others] = await measure([alone, large, neighbour], name, rounds);
      for (const [index, taken] of others.entries()) {
        const who = index === 0 ? `with ${rows} rows` : 'of the neighbour';
        const isFast = taken <= Math.max(RATIO_MAX * floor, floor + NOISE_MS) && taken <= P50_MAX_MS;
        figures.push({
          ...{ goal: 'P7', what: `${name}, ${who}`, measured: ms(taken), floor: ms(floor) },
          ...{ ratio: times(taken / floor), target: `≤ ${RATIO_MAX}×, ≤ ${P50_MAX_MS} ms`, holds: isFast },
        });
      }
    }
    return figures;
  } finally {
    for (const api of apis) await api.stop();
    await redis.close();
    for (const database of databases) await database.drop();
  }
}
