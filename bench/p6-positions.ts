// P6: what a page of fifty positions costs, next to Apollo and type-graphql as they are usually wired, and next to
// JSON.stringify of the same answer.
import http from 'node:http';
import { makeJob, makePosition } from '../server/src/testing/make.js';
import { startChild } from './child.js';
import { cpuOfChild, cpuOfOurs } from './cpu.js';
import { startOurs } from './ours-run.js';
import { sessionOf } from './p11-floods.js';
import { type Bench, withBench } from './prepare.js';
import { ms, type Row, times } from './table.js';

const POSITIONS = 50;
/** The requests of one round; an interval of a hundredth of a second, in which the system counts CPU, is little then. */
const REQUESTS = 60;
/** Rounds before it counts: each API is as fast as it gets after some hundred requests. */
const WARM_UP = 12;
const TARGET = 0.6;
const FIELDS = `id tradeMode symbol side status qtyTotal qtyRemaining entryPrice costQuote realizedPnl feesQuote slEnabled
  slPct tpEnabled tpPct trailingEnabled createdAt updatedAt sourceLabel account { id label }`;
const page = (args: string): string =>
  `query Page { positions(${args}) { edges { cursor node { ${FIELDS} } } pageInfo { hasNextPage endCursor } } }`;
const OURS = page(`first: ${POSITIONS}, filter: { tradeMode: SIMULATION, status: OPEN }`);
const USUAL = page(`first: ${POSITIONS}`);

/** An API whose CPU is known: the milliseconds of all its processes so far. */
interface Measured {
  ask(): Promise<string>;
  cpuMs(): Promise<number>;
}

function asker(url: string, cookie: string, query: string): () => Promise<string> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 });
  const body = JSON.stringify({ query });
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), cookie };
  return () =>
    new Promise((resolve, reject) => {
      const request = http.request(url, { method: 'POST', agent, headers }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('end', () => resolve(text)).on('error', reject);
      });
      request.on('error', reject).end(body);
    });
}

/** Half of the positions were opened by a signal. */
async function addPositions(bench: Bench, source: Bench['sources'][number]): Promise<void> {
  const { db } = bench.database;
  for (let index = 0; index < POSITIONS; index++) {
    const exchange_account_id = source.accountId;
    const { id: webhook_event_id } = await db.prisma.webhookEvent.create({
      data: {
        ...{ webhook_source_id: source.sourceId, target_account_id: exchange_account_id, trade_mode: 'SIMULATION' },
        ...{ event_uid: `page-${index}`, symbol_raw: 'BTCUSDT', symbol_normalized: 'BTC/USDT', action: 'BUY_SIGNAL' },
        status: 'PROCESSED',
      },
    });
    const job = await makeJob(db, {
      ...{ exchange_account_id, status: 'FILLED', base_quantity: '0.5' },
      ...(index % 2 === 0 && { webhook_event_id }),
    });
    await makePosition(db, {
      ...{ exchange_account_id, trade_job_id_open: job.id, qty_total: '0.512345', price_open: '67012.25' },
      ...{ sl_enabled: true, sl_pct: '2.5', tp_enabled: true, tp_pct: '4', cost_quote: '34333.391234' },
    });
  }
}

/** The CPU of one request of each, in milliseconds: they take turns, so that a noisy moment is everybody's. */
async function measure(apis: readonly Measured[], rounds: number): Promise<number[]> {
  const spent = apis.map((): number[] => []);
  for (let round = -WARM_UP; round < rounds; round++) {
    for (const [index, { ask, cpuMs }] of apis.entries()) {
      const before = await cpuMs();
      for (let request = 0; request < REQUESTS; request += 4) await Promise.all([ask(), ask(), ask(), ask()]);
      if (round >= 0) spent[index]?.push(((await cpuMs()) - before) / REQUESTS);
    }
  }
  return spent.map((all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN);
}

/** What both answered without the parts that may differ. */
function dataOf(text: string): unknown {
  const { data, errors } = JSON.parse(text) as { data: unknown; errors?: unknown };
  if (errors) throw new Error(`the page could not be read: ${JSON.stringify(errors).slice(0, 500)}`);
  return data;
}

function stringifyMs(value: unknown): number {
  const since = process.cpuUsage();
  for (let turn = 0; turn < 2_000; turn++) JSON.stringify(value);
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000 / 2_000;
}

export const measurePositions = ({ rounds }: { rounds: number }): Promise<Row[]> =>
  withBench('stub', async (bench) => {
    const [source] = bench.sources;
    if (!source) throw new Error('the benchmark has no user');
    await addPositions(bench, source);
    const cookie = await sessionOf(bench, source.userId);
    const LIMITS = { API_REQUESTS_PER_MIN: '1000000', API_POINTS_PER_MIN: '1000000000' };
    const guarded = await startChild<{ url: string }>('./p6-usual.ts', bench.env({ FIELD_GUARDS: 'true' }));
    const plain = await startChild<{ url: string }>('./p6-usual.ts', bench.env());
    const ours = await startOurs(bench, { ROLES: 'api', ...LIMITS });
    try {
      const apis: Measured[] = [
        { ask: asker(`${ours.ready.url}/graphql`, cookie, OURS), cpuMs: () => cpuOfOurs(ours) },
        { ask: asker(guarded.ready.url, cookie, USUAL), cpuMs: () => cpuOfChild(guarded) },
        { ask: asker(plain.ready.url, cookie, USUAL), cpuMs: () => cpuOfChild(plain) },
      ];
      const [answer, ...others] = await Promise.all(apis.map(async ({ ask }) => dataOf(await ask())));
      for (const other of others)
        if (JSON.stringify(other) !== JSON.stringify(answer)) throw new Error('the answers are not the same');
      const [own = Number.NaN, ...usual] = await measure(apis, rounds);
      const floor = stringifyMs(answer);
      const names = ['a check of each field', 'a check of the operation only'];
      return usual.map((taken, index): Row => {
        const ratio = own / taken;
        return {
          ...{ goal: 'P6', what: `CPU of ${POSITIONS} positions × 20 fields, next to Apollo with ${names[index]}` },
          ...{ measured: `${ms(own)} (JSON.stringify ${ms(floor)})`, floor: `${ms(taken)} usual`, ratio: times(ratio) },
          ...{ target: index === 0 ? `≤ ${TARGET}×` : '', holds: index === 0 ? ratio <= TARGET : undefined },
        };
      });
    } finally {
      await Promise.all([ours.stop(), guarded.stop(), plain.stop()]);
    }
  });
