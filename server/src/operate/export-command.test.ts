import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startAuditChain } from '../graphql/audit.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { makeReportWorld } from '../testing/worlds/report-world.js';
import { UsageError } from './command.js';
import { exportCommand } from './export-command.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let dir: string;
let alice: Awaited<ReturnType<TestApi['newUser']>>;
let [said, written]: [string[], string[]] = [[], []];
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
  dir = await mkdtemp(path.join(os.tmpdir(), 'mvcash-export-'));
  api = await startTestApi({ db: t.db, redis });
  alice = await api.newUser();
  const bob = await api.newUser();
  await makeReportWorld(t.db, { userId: alice.id, positions: 30, seed: 5 });
  await makeReportWorld(t.db, { userId: bob.id, positions: 30, seed: 6 });
  await startAuditChain(api.ctx);
}, 120_000);
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
  await rm(dir, { recursive: true });
});

const run = (...args: string[]) => {
  [said, written] = [[], []];
  const out = { say: (line: string) => void said.push(line), write: (text: string) => void written.push(text) };
  return exportCommand.run({ ...api.ctx, ...out }, ['--user', alice.email, '--tradeMode', 'SIMULATION', ...args]);
};
const ofApi = async (list: string, query: string) =>
  (
    await fetch(`${api.url}/export/${list}?tradeMode=SIMULATION&${query}`, { headers: { cookie: alice.cookie } })
  ).text();

it.each([
  ['positions', 'csv'],
  ['positions', 'jsonl'],
  ['fills', 'csv'],
  ['report-days', 'csv'],
])('writes the list %s as %s, byte by byte what the API exports for that user', async (list, format) => {
  const file = path.join(dir, `${list}.${format}`);
  expect(await run('--list', list, '--format', format, '--out', file)).toBe(0);
  const text = await readFile(file, 'utf8');
  expect(text).toBe(await ofApi(list, `format=${format}`));
  expect(text.split('\n').length).toBeGreaterThan(5);
  expect(said).toEqual([`Written: ${file}`]);
});

it('applies the filters, and writes to standard output with --out -', async () => {
  expect(await run('--list', 'positions', '--status', 'OPEN', '--symbol', 'btcusdt', '--out', '-')).toBe(0);
  expect(written.join('')).toBe(await ofApi('positions', 'format=csv&status=OPEN&symbol=BTCUSDT'));
  expect(said).toEqual([]);
});

it.each([
  [['--list', 'nothing'], 'There is no list "nothing"'],
  [['--list', 'positions', '--format', 'xml'], 'format is csv or jsonl'],
  [['--list', 'positions', '--accountId', '999999'], 'account'],
  [['--list', 'positions', '--colour', 'red'], 'colour'],
  [['--list', 'positions', '--user', 'nobody@example.com'], 'There is no user nobody@example.com'],
])('refuses %j and writes nothing', async (args, why) => {
  const before = await readdir(dir);
  await expect(run(...args)).rejects.toThrow(new RegExp(why));
  await expect(run(...args)).rejects.toBeInstanceOf(UsageError);
  expect(await readdir(dir)).toEqual(before);
});

it('is in the audit log with the user, the list and the filters', async () => {
  const entry = await t.db.prisma.auditLog.findFirstOrThrow({ where: { action: 'export', entity_type: 'command' } });
  expect(entry.entity_id).toBe(alice.id);
  expect(JSON.stringify(entry.changes_json)).toContain('positions');
});
