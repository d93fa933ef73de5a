import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeParameter } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { fillWithJobs, makeReportWorld, type ReportWorld } from '../../testing/worlds/report-world.js';
import { EXPORT_LISTS } from './export-lists.store.js';
import { EXPORT_REPORTS } from './export-reports.js';
import { whileRead } from './export-rows.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let alice: Awaited<ReturnType<TestApi['newUser']>>;
let bob: Awaited<ReturnType<TestApi['newUser']>>;
let world: ReportWorld;
const BOBS = 'bobs-own-text';
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: t.db, redis });
  [alice, bob] = [await api.newUser(), await api.newUser()];
  world = await makeReportWorld(t.db, { userId: alice.id, positions: 40, seed: 21 });
  await makeRest(alice.id, world, '=HYPERLINK("http://x")');
  await makeRest(bob.id, await makeReportWorld(t.db, { userId: bob.id, positions: 30, seed: 22 }), BOBS);
}, 120_000);
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});

/** Rows of the lists that the report world does not have. */
async function makeRest(userId: number, { accountIds, sourceIds }: ReportWorld, text: string): Promise<void> {
  const [exchange_account_id = 0] = accountIds;
  const [webhook_source_id = 0] = sourceIds;
  const { prisma } = t.db;
  await makeParameter(t.db, { user_id: userId, exchange_account_id });
  await prisma.externalOrder.create({
    data: {
      ...{ exchange_account_id, symbol: 'BTC/USDT', exchange_order_id: text, side: 'BUY', status: 'NEW' },
      placed_at: new Date(),
    },
  });
  await prisma.systemAlert.create({ data: { alert_type: 'TEST', severity: 'low', message: text, user_id: userId } });
  await prisma.loginHistory.create({ data: { user_id: userId, success: true, user_agent: text } });
  await prisma.auditLog.create({ data: { user_id: userId, entity_type: 'vault', action: text } });
  await prisma.webhookBlockedAttempt.create({
    data: { webhook_source_id, reason_code: 'IP_NOT_ALLOWED', reason_message: text, ip: '192.0.2.1' },
  });
}

const get = (list: string, query: Record<string, string> = {}, cookie: string | undefined = alice.cookie) =>
  fetch(`${api.url}/export/${list}?${new URLSearchParams({ tradeMode: 'SIMULATION', format: 'jsonl', ...query })}`, {
    headers: cookie ? { cookie } : {},
  });
type Row = Record<string, string | number | boolean | null>;
async function rowsOf(list: string, query: Record<string, string> = {}, cookie = alice.cookie): Promise<Row[]> {
  const answer = await get(list, query, cookie);
  const body = await answer.text();
  expect(answer.status, body).toBe(200);
  return body
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Row);
}
const NAMES = [...Object.keys(EXPORT_LISTS), ...Object.keys(EXPORT_REPORTS)];
const idsOf = (rows: readonly Row[]) => rows.map(({ id }) => Number(id)).toSorted((a, b) => a - b);

describe('every list and report', () => {
  it.each(NAMES)('%s has rows of its owner, as CSV and JSONL alike, and none of a neighbor', async (name) => {
    const rows = await rowsOf(name);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(BOBS);
    const csv = await (await get(name, { format: 'csv' })).text();
    expect(csv.split('\r\n')[0]?.split(',')).toEqual(Object.keys(rows[0] ?? {}));
    if (name === 'audit-log') return; // Each export adds an entry.
    expect(csv.trimEnd().split('\r\n')).toHaveLength(rows.length + 1);
    if (!name.startsWith('report-')) {
      const theirs = new Set((await rowsOf(name, {}, bob.cookie)).map(({ id }) => id));
      expect(rows.filter(({ id }) => theirs.has(id ?? null))).toEqual([]);
    }
  });

  it.each(NAMES)('%s is refused to a stranger, and to somebody who must change their password', async (name) => {
    const stranger = await get(name, {}, '');
    expect([stranger.status, await stranger.json()]).toMatchObject([401, { error: { code: 'UNAUTHENTICATED' } }]);
    const forced = await api.newUser({ must_change_password: true });
    expect((await get(name, {}, forced.cookie)).status).toBe(403);
  });

  it.each(NAMES)('%s says of an account or a source of another that it does not exist', async (name) => {
    const theirs = await t.db.prisma.exchangeAccount.findFirstOrThrow({ where: { user_id: bob.id } });
    const source = await t.db.prisma.webhookSource.findFirstOrThrow({ where: { owner_user_id: bob.id } });
    expect((await get(name, { accountId: String(theirs.id) })).status).toBe(404);
    expect((await get(name, { sourceId: String(source.id) })).status).toBe(404);
  });
});

describe('the whole filter', () => {
  it('of positions and fills gives exactly the rows that match', async () => {
    const [from, to] = [new Date(world.startMs + 5 * 86_400_000), new Date(world.startMs + 25 * 86_400_000)];
    const [accountId = 0] = world.accountIds;
    const [sourceId = 0] = world.sourceIds;
    const fills = await t.db.prisma.positionFill.findMany({
      where: {
        filled_at: { gte: from, lt: to },
        position: { exchange_account_id: accountId, symbol: 'ETH/BTC' },
      },
    });
    const part = { accountId: String(accountId), symbol: 'ethbtc', from: from.toISOString(), to: to.toISOString() };
    const got = await rowsOf('fills', part);
    expect(idsOf(got)).toEqual(fills.map(({ id }) => id).toSorted((a, b) => a - b));
    expect(got.length).toBeGreaterThan(0);
    for (const row of got) {
      const fill = fills.find(({ id }) => id === row.id);
      expect([row.qty, row.realized]).toEqual([fill?.qty.toFixed(), fill?.realized_quote.toFixed()]);
    }
    const positions = await t.db.prisma.tradePosition.findMany({
      where: { status: 'CLOSED', open_job: { webhook_event: { webhook_source_id: sourceId } } },
    });
    const closed = await rowsOf('positions', { sourceId: String(sourceId), status: 'CLOSED' });
    expect(idsOf(closed)).toEqual(positions.map(({ id }) => id).toSorted((a, b) => a - b));
  });

  it('guards formulas, and keeps decimals exact and negative ones numbers', async () => {
    const alerts = await (await get('alerts', { format: 'csv' })).text();
    expect(alerts).toContain(`"'=HYPERLINK(""http://x"")"`);
    const fills = await (await get('fills', { format: 'csv' })).text();
    expect(fills).toMatch(/,-\d+\.\d{17,18},/);
  });

  it.each([
    [{ format: 'xml' }, 'format'],
    [{ tradeMode: 'BOTH' }, 'tradeMode'],
    [{ from: 'yesterday' }, 'from'],
    [{ after: '1' }, 'after'],
    [{ timeZone: 'Mars/Base' }, 'timeZone'],
    [{ acountId: '1' }, 'filters'],
    [{ accountId: '1 OR 1=1' }, 'accountId'],
  ])('%j is refused with what is wrong', async (query, word) => {
    const answer = await get('positions', query as Record<string, string>);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: { message: string } }).error.message).toContain(word);
  });

  it('of a list that does not exist is not found', async () => {
    for (const name of ['users', 'sessions', 'constructor', '__proto__']) expect((await get(name)).status).toBe(404);
  });
});

describe('an export that is cut', () => {
  it.each(['fills', 'jobs', 'vault-transactions'])(
    'of %s continues behind any row, with nothing lost',
    async (list) => {
      const all = await rowsOf(list);
      for (const at of [0, 1, Math.floor(all.length / 2), all.length - 2, all.length - 1]) {
        const rest = await rowsOf(list, { after: String(all[at]?.cursor) });
        const had = new Set(all.slice(0, at + 1).map(({ id }) => id));
        const missing = all.filter(({ id }) => !had.has(id) && !rest.some((row) => row.id === id));
        expect(missing).toEqual([]);
        // Only the fills of one position may come again.
        expect(rest.filter(({ id }) => had.has(id)).length).toBeLessThan(5);
      }
      const tail = await (await get(list, { format: 'csv', after: String(all.at(-2)?.cursor) })).text();
      expect(tail).not.toContain('cursor');
    },
  );

  it('ends without the end of its body when the database fails, so that a part is never taken for the whole', async () => {
    const { id: accountId } = await makeAccount(t.db, { user_id: alice.id });
    await fillWithJobs(t.db, { accountId, count: 2_000 });
    const { query } = api.ctx.db;
    let reads = 0;
    api.ctx.db.query = ((sql: string, values?: readonly unknown[]) => {
      if (sql.includes('FROM trade_jobs m') && (reads += 1) > 4)
        return Promise.reject(new Error('the database is away'));
      return query(sql, values);
    }) as typeof query;
    try {
      await expect(get('jobs', { accountId: String(accountId) }).then((answer) => answer.text())).rejects.toThrow();
    } finally {
      api.ctx.db.query = query;
    }
    expect(api.logged.join()).toContain('an export could not be finished');
    expect(await rowsOf('jobs', { accountId: String(accountId) })).toHaveLength(2_000);
  });

  it('is given up when its client stops reading, not when the database is slow', async () => {
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    async function* slow() {
      await wait(120);
      yield 'one';
      await wait(120);
      yield 'two';
    }
    let stalls = 0;
    const options = { stalledMs: 60, onStall: () => (stalls += 1) };
    for await (const text of whileRead(slow(), options)) expect(text).not.toBe('');
    expect(stalls).toBe(0);
    for await (const text of whileRead(slow(), options)) if (text === 'one') await wait(120);
    expect(stalls).toBe(1);
  });

  it('runs once at a time for a user, and a client that goes away frees its place', async () => {
    const { id: accountId } = await makeAccount(t.db, { user_id: bob.id });
    await fillWithJobs(t.db, { accountId, count: 100_000 });
    const url = new URL(`${api.url}/export/jobs?tradeMode=SIMULATION&accountId=${accountId}`);
    const stalled = request(url, { headers: { cookie: bob.cookie } });
    await new Promise<void>((resolve) => {
      stalled.on('response', (answer) => {
        answer.pause();
        resolve();
      });
      stalled.end();
    });
    const second = await get('alerts', {}, bob.cookie);
    expect([second.status, second.headers.get('retry-after')]).toEqual([429, '10']);
    expect((await get('alerts')).status).toBe(200);
    stalled.destroy();
    await eventually(async () => expect((await get('alerts', {}, bob.cookie)).status).toBe(200));
  }, 60_000);
});
