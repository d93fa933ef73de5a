import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { METRICS, type MetricName } from '../../core/operations/metrics-catalogue.js';
import { createSimulatedExchange } from '../../exchange/simulated/simulated-exchange.js';
import { count } from '../../infra/metrics/metrics.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { executeTrade } from '../../orders/send/execute-trade.js';
import { addMissingJobs } from '../../scheduled-jobs/scheduled-job.store.js';
import { fakeClock } from '../../testing/fake-clock.js';
import {
  makeAccount,
  makeBinding,
  makeExecution,
  makeJob,
  makeParameter,
  makeSource,
  makeVault,
} from '../../testing/make.js';
import { isToolMissing } from '../../testing/missing-tool.js';
import { seriesNames } from '../../testing/series-names.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { createTestContext } from '../../testing/test-context.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { startAdmin, type RunningAdmin } from '../admin.js';
import { createInstallationMetrics } from './installation-metrics.js';

let server: WebhookTestServer;
let redis: RedisLink;
let admin: RunningAdmin;
let backups: string;
const clock = fakeClock();
const client = webhookClient(() => server);
beforeAll(async () => {
  server = await startWebhookServer();
  redis = await createTestRedis();
  backups = await mkdtemp(path.join(os.tmpdir(), 'mvcashnode-backups-'));
  admin = await startAdmin(
    { db: server.ctx.db, redis, clock, log: server.ctx.log, env: { BACKUP_DIR: backups } },
    { port: 0, roles: ['executor'], state: { isStopping: false } },
  );
});
afterAll(async () => {
  await admin.stop();
  await redis.close();
  await server.close();
  await rm(backups, { recursive: true });
});

const scrape = async (): Promise<string> => (await fetch(`${admin.url}/metrics`)).text();
/** The value of the series that has these labels, in any order. */
const valueOf = (text: string, name: string, labels: Record<string, string> = {}): number | undefined => {
  const line = text
    .split('\n')
    .find(
      (one) =>
        one.startsWith(`mvcashnode_${name}{`) &&
        Object.entries(labels).every(([label, value]) => one.includes(`${label}="${value}"`)),
    );
  return line === undefined ? undefined : Number(line.split(' ').at(-1));
};

it('follows a signal from its arrival to the answer of the exchange, in labels without names', async () => {
  const account = await makeAccount(server.ctx.db, { balances: { USDT: '10000' } });
  const { user_id } = account;
  const vault = await makeVault(server.ctx.db, { user_id });
  await makeParameter(server.ctx.db, {
    exchange_account_id: account.id,
    user_id,
    vault_id: vault.id,
    quote_amount_fixed: '100',
  });
  const source = await makeSource(server.ctx.db, { owner_user_id: user_id, label: 'canary-name' });
  await makeBinding(server.ctx.db, { exchange_account_id: account.id, webhook_source_id: source.id });
  const base = createTestContext(server.ctx.db, { clock });
  const ref = { id: account.id, exchange: 'BINANCE_SPOT' as const, isSimulation: true, testnet: false };
  const exchange = createSimulatedExchange({
    db: server.ctx.db,
    prices: base.prices,
    clock,
    stalePriceMs: 30_000,
    account: ref,
  });
  const find = () => ({ ok: true as const, exchange });
  const before = await scrape();
  const rise = (after: string, name: string, labels: Record<string, string>) =>
    (valueOf(after, name, labels) ?? 0) - (valueOf(before, name, labels) ?? 0);
  const { url } = await server.listen({ clock });
  const body = { ticker: 'BTCUSDT', action: 'buy', time: new Date(clock.now()).toISOString() };
  expect((await client.post(source.webhook_code, body, {}, url)).status).toBe(202);
  expect((await client.post(source.webhook_code, body, {}, url)).status).toBe(200);
  expect((await client.post('no-such-code', body, {}, url)).status).toBe(404);
  for (const message of server.messages)
    await executeTrade({ ...base, exchanges: { forAccount: find, forReading: find } }, message);

  const after = await scrape();
  expect(rise(after, 'signals_total', { outcome: 'accepted' })).toBe(1);
  expect(rise(after, 'signals_total', { outcome: 'repeat' })).toBe(1);
  expect(rise(after, 'signals_refused_total', { reason: 'SOURCE_NOT_FOUND' })).toBe(1);
  expect(rise(after, 'signal_answer_seconds_count', {})).toBe(3);
  expect(rise(after, 'jobs_total', { status: 'EXECUTING' })).toBe(1);
  expect(rise(after, 'jobs_total', { status: 'FILLED', reason: 'none' })).toBe(1);
  expect(rise(after, 'orders_sent_total', { exchange: 'BINANCE_SPOT', side: 'BUY', trade_mode: 'SIMULATION' })).toBe(1);
  expect(rise(after, 'order_answers_total', { exchange: 'BINANCE_SPOT', answer: 'accepted' })).toBe(1);
  expect(rise(after, 'order_receipt_to_sent_seconds_count', { trade_mode: 'SIMULATION' })).toBe(1);
  expect(rise(after, 'order_sent_to_answer_seconds_count', { exchange: 'BINANCE_SPOT' })).toBe(1);
  expect(rise(after, 'db_statements_total', { pool: 'transactions' })).toBeGreaterThan(5);
  expect(after).not.toMatch(/canary-name|BTC/);
});

it('shows what the database says of the installation, at most five seconds old', async () => {
  await addMissingJobs(server.ctx.db);
  const job = await makeJob(server.ctx.db, { status: 'EXECUTING' });
  await makeExecution(server.ctx.db, { trade_job_id: job.id, status_exchange: 'UNKNOWN' });
  await writeFile(path.join(backups, 'mvcashnode-20261130T020000Z.jsonl.gz.partial'), 'x');
  // The first reading may be from the test before.
  await createInstallationMetrics({ db: server.ctx.db, env: { BACKUP_DIR: backups } })();
  const text = await scrape();
  expect(valueOf(text, 'orders_unresolved', { status: 'UNKNOWN' })).toBe(1);
  expect(valueOf(text, 'oldest_unresolved_order_seconds')).toBeGreaterThanOrEqual(0);
  expect(valueOf(text, 'jobs_open', { status: 'EXECUTING' })).toBe(1);
  expect(valueOf(text, 'trading_halted')).toBe(0);
  expect(valueOf(text, 'backups_kept')).toBe(0);
  expect(valueOf(text, 'backup_last_timestamp_seconds')).toBeUndefined();
  expect(valueOf(text, 'scheduled_job_interval_seconds', { name: 'database_backup' })).toBe(86_400);
});

it('asks the database once, however many ask for metrics', async () => {
  let readings = 0;
  const run: typeof server.ctx.db.run = (batch) => {
    readings++;
    return server.ctx.db.run(batch);
  };
  const refresh = createInstallationMetrics({ db: { ...server.ctx.db, run }, env: {} });
  await Promise.all([refresh(), refresh(), refresh()]);
  await refresh();
  expect(readings).toBe(1);
});

it('leaves out what it cannot read, says so, and answers in time', async () => {
  const hanging = createInstallationMetrics({
    db: { ...server.ctx.db, run: () => new Promise(() => undefined) },
    env: {},
  });
  const began = performance.now();
  await hanging();
  expect(performance.now() - began).toBeLessThan(4_000);
  const text = await scrape();
  expect(valueOf(text, 'orders_unresolved', { status: 'UNKNOWN' })).toBeUndefined();
  expect(valueOf(text, 'trading_halted')).toBeUndefined();
  expect(valueOf(text, 'scrape_errors_total', { source: 'database' })).toBeGreaterThanOrEqual(1);
});

it('answers every series of the catalogue and no other, in text that promtool accepts', async () => {
  count('signals_total', { outcome: 'accepted' });
  const text = await scrape();
  const known = new Set((Object.keys(METRICS) as MetricName[]).flatMap(seriesNames));
  const named = new Set([...text.matchAll(/^(mvcashnode_\w+)[{ ]/gm)].map(([, name]) => name));
  expect([...named].filter((name) => !known.has(name ?? ''))).toEqual([]);
  if (isToolMissing('promtool', ['--version'], 'its check of the metrics is left out (Debian: prometheus)')) return;
  const promtool = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' });
  expect(promtool.stderr + promtool.stdout).toBe('');
});

it('the level of the log is read and changed there', async () => {
  const put = (body: string) =>
    fetch(`${admin.url}/log-level`, { method: 'PUT', headers: { 'content-type': 'application/json' }, body });
  const usual = server.ctx.log.level;
  const changed = await put('{"level":"error"}');
  expect([changed.status, await changed.json()]).toEqual([200, { level: 'error', allProcesses: true }]);
  expect(await (await fetch(`${admin.url}/log-level`)).json()).toEqual({ level: 'error' });
  for (const wrong of ['{"level":"loud"}', '{}', 'null']) expect((await put(wrong)).status).toBe(400);
  await put(JSON.stringify({ level: usual }));
});

it('says whether the process has started, and is not ready before', async () => {
  const state = { isStopping: false, isStarting: true };
  const starting = await startAdmin(
    { db: server.ctx.db, redis, clock, log: server.ctx.log, env: {} },
    { port: 0, roles: ['api'], state },
  );
  const statuses = async () => {
    const answers = ['healthz', 'startupz', 'readyz'].map(async (at) => (await fetch(`${starting.url}/${at}`)).status);
    return Promise.all(answers);
  };
  expect(await statuses()).toEqual([200, 503, 503]);
  state.isStarting = false;
  expect(await statuses()).toEqual([200, 200, 200]);
  await starting.stop();
});
