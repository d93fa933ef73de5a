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

async function p50(api: TestApi, cookie: string, query: string, rounds: number): Promise<number> {
  const taken: number[] = [];
  for (let round = 0; round < rounds + 3; round++) {
    const since = performance.now();
    const { errors } = await api.send(query, {}, cookie);
    // The first rounds warm up.
    if (round >= 3) taken.push(performance.now() - since);
    if (errors.length > 0) throw new Error(`${query}: ${errors[0]?.message}`);
  }
  return taken.sort((a, b) => a - b)[Math.floor(taken.length / 2)] ?? Number.NaN;
}

interface Tenant {
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
  return { cookie, operations: operationsOf(history) };
}

async function measure(api: TestApi, { cookie, operations }: Tenant, rounds: number): Promise<Map<string, number>> {
  const figures = new Map<string, number>();
  for (const [name, query] of Object.entries(operations)) figures.set(name, await p50(api, cookie, query, rounds));
  return figures;
}

/** Each operation with a small history, then beside a large one: that of the tenant, and that of the neighbour. */
export async function measureGrowth({ rows, rounds }: { rows: number; rounds: number }): Promise<Row[]> {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  const api = await startTestApi({ db: database.db, redis }, { env: { LOG_LEVEL: 'error' } });
  try {
    const neighbour = await addTenant(api, database, 1_000);
    // Twice: the first time warms up the process.
    await measure(api, neighbour, rounds);
    const before = await measure(api, neighbour, rounds);
    const large = await addTenant(api, database, rows);
    const after = await measure(api, neighbour, rounds);
    const grown = await measure(api, large, rounds);
    return [...before].flatMap(([name, floor]) =>
      [
        { who: `with ${rows} rows`, taken: grown.get(name) ?? Number.NaN },
        { who: 'of the neighbour', taken: after.get(name) ?? Number.NaN },
      ].map(({ who, taken }): Row => {
        const isFast = taken <= Math.max(RATIO_MAX * floor, floor + NOISE_MS) && taken <= P50_MAX_MS;
        return {
          ...{ goal: 'P7', what: `${name}, ${who}`, measured: ms(taken), floor: ms(floor) },
          ...{ ratio: times(taken / floor), target: `≤ ${RATIO_MAX}×, ≤ ${P50_MAX_MS} ms`, holds: isFast },
        };
      }),
    );
  } finally {
    await api.stop();
    await redis.close();
    await database.drop();
  }
}
