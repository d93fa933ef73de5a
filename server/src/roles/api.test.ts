import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { startAdmin } from './admin.js';
import { eventually } from '../testing/eventually.js';
import { makeBinding, makeSource } from '../testing/make.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let distDir: string;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  distDir = await mkdtemp(path.join(os.tmpdir(), 'mvcashnode-page-'));
  await mkdir(path.join(distDir, 'assets'));
  await writeFile(path.join(distDir, 'index.html'), '<!doctype html><title>the page</title>');
  await writeFile(path.join(distDir, 'assets', 'main-abc123.js'), 'export {};');
  await writeFile(path.join(distDir, 'assets', 'main-abc123.js.br'), brotliCompressSync('export {};'));
  await writeFile(path.join(distDir, 'assets', 'main-abc123.js.gz'), gzipSync('export {};'));
  await writeFile(path.join(distDir, 'theme.js'), '');
  api = await startTestApi({ db: database.db, redis }, { distDir });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
  await rm(distDir, { recursive: true });
});

const get = (address: string) => fetch(`${api.url}${address}`);

describe('the page', () => {
  it.each(['/', '/positions/7', '/sources?tab=lab'])(
    '%s returns the page, which browsers must revalidate each time',
    async (address) => {
      const answer = await get(address);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain('the page');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    },
  );

  it('hashed assets are cached forever, other files are not', async () => {
    expect((await get('/assets/main-abc123.js')).headers.get('cache-control')).toBe(
      'public, max-age=31536000, immutable',
    );
    expect((await get('/theme.js')).headers.get('cache-control')).toBe('no-cache');
  });

  it.each(['br', 'gzip', 'identity'])('an asset is sent in %s to a browser that accepts it', async (encoding) => {
    const answer = await fetch(`${api.url}/assets/main-abc123.js`, { headers: { 'accept-encoding': encoding } });
    expect(answer.headers.get('content-encoding')).toBe(encoding === 'identity' ? null : encoding);
    expect(answer.headers.get('content-type')).toContain('javascript');
    expect(answer.headers.get('vary')).toContain('accept-encoding');
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(await answer.text()).toBe('export {};');
  });

  it.each(['/assets/gone.js', '/webhooks/x/y/z', '/graphql/x', '/healthz/x'])('%s is not found', async (address) => {
    const answer = await get(address);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, expect.stringContaining('json')]);
  });

  it.each(['/..%2f..%2fetc%2fpasswd', '/assets/..%2f..%2fpackage.json', '/%00'])(
    '%s does not reach files outside',
    async (address) => {
      const text = await (await get(address)).text();
      expect(text).not.toMatch(/root:|"dependencies"/);
    },
  );

  it('a missing build is reported instead of a blank page', async () => {
    const bare = await startTestApi({ db: database.db, redis }, { distDir: path.join(distDir, 'nowhere') });
    const answer = await fetch(bare.url);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toContain('npm start');
    await bare.stop();
  });
});

it('every answer has a policy that forbids content from other origins, and a request id', async () => {
  for (const address of ['/', '/graphql', '/healthz', '/openapi.json', '/assets/gone.js']) {
    const { headers } = await get(address);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe|https?:|upgrade-insecure/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

it('health: strangers learn that the process is live and ready, and only the admin port of the machine tells why', async () => {
  expect(await (await get('/healthz')).json()).toEqual({ status: 'live' });
  const ready = await get('/readyz');
  expect([ready.status, await ready.json()]).toEqual([200, { status: 'ready' }]);
  const state = { isStopping: false };
  const admin = await startAdmin(api.ctx, { port: 0, roles: ['api'], state });
  const details = await fetch(`${admin.url}/readyz`);
  expect([details.status, await details.json()]).toEqual([
    200,
    { status: 'ready', database: 'up', redis: 'up', clock: 'right', clockSkewMs: 0, roles: ['api'], pid: process.pid },
  ]);
  expect(new URL(admin.url).hostname).toBe('127.0.0.1');
  state.isStopping = true;
  expect((await fetch(`${admin.url}/readyz`)).status).toBe(503);
  expect(await rawRequest(admin.url, 'GET /readyz HTTP/1.1\r\nHost: evil.example\r\n\r\n')).toMatch(/^HTTP\/1\.1 421 /);
  await admin.stop();
});

/** Sends bytes and returns the answer, or what came until the server closed the connection. */
async function rawRequest(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes('\r\n\r\n')) break;
  }
  socket.destroy();
  return answer;
}

describe('the Host header', () => {
  it.each(['/', '/graphql', '/webhooks/x', '/healthz'])(
    '%s is answered only under the names of this server',
    async (address) => {
      for (const host of ['evil.example', 'localhost.evil.example', '']) {
        expect(await rawRequest(api.url, `GET ${address} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toMatch(
          /^HTTP\/1\.1 421 /,
        );
      }
      const port = new URL(api.url).port;
      for (const host of [`localhost:${port}`, '127.0.0.1', '[::1]:80', '10.0.0.7:4000']) {
        expect(await rawRequest(api.url, `GET ${address} HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).not.toMatch(
          /^HTTP\/1\.1 421 /,
        );
      }
    },
  );

  it('is checked for websockets too, also when Origin and Host agree', async () => {
    const upgrade = (host: string) =>
      rawRequest(
        api.url,
        `GET /graphql HTTP/1.1\r\nHost: ${host}\r\nOrigin: http://${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
    expect(await upgrade('evil.example')).toMatch(/^HTTP\/1\.1 421 /);
    expect(await upgrade('127.0.0.1')).toMatch(/^HTTP\/1\.1 101 /);
  });
});

describe('a request that arrives slowly ends in time', () => {
  let slow: TestApi;
  beforeAll(async () => {
    slow = await startTestApi({ db: database.db, redis }, { distDir, requestTimeoutMs: 300 });
  });
  afterAll(() => slow.stop());

  it.each(['/graphql', '/webhooks/no-such-code', '/webhooks/x/receipts/y', '/nowhere', '/healthz', '/openapi.json'])(
    'with its body at %s',
    async (address) => {
      const head = `POST ${address} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{`;
      const answer = await rawRequest(slow.url, head);
      expect(answer).toMatch(/^HTTP\/1\.1 4(?:04|05|08) /);
    },
  );

  it('with its headers', async () => {
    expect(await rawRequest(slow.url, 'POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-A: ')).toMatch(
      /^HTTP\/1\.1 408 /,
    );
  });
});

it('webhooks are served on the same port', async () => {
  const source = await makeSource(database.db);
  await makeBinding(database.db, { webhook_source_id: source.id });
  const answer = await fetch(`${api.url}/webhooks/${source.webhook_code}`, { method: 'POST', body: 'BTCUSDT buy' });
  expect([answer.status, await answer.json()]).toEqual([
    202,
    expect.objectContaining({ symbol: 'BTC/USDT', accounts: 1 }),
  ]);
});

describe('stopping', () => {
  it('answers running requests, accepts no new ones, and closes the sockets', async () => {
    const server = await startTestApi({ db: database.db, redis }, { distDir });
    const user = await server.newUser();
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    let began = () => {};
    const isBegun = new Promise<void>((resolve) => {
      began = resolve;
    });
    server.prices.history = async () => {
      began();
      await held;
      return [{ at: 0, price: '1' }];
    };
    const client = server.client(user.cookie);
    const closed = new Promise<number>((resolve) =>
      client.on('closed', (event) => resolve((event as { code: number }).code)),
    );
    await new Promise<void>((resolve) => void client.on('connected', () => resolve()));
    const answer = server.send('{ priceHistory(symbol: "BTC/USDT") { price } }', {}, user.cookie);
    await isBegun;
    const stopped = server.stop();
    expect(await closed).toBe(1001);
    const late = connect(Number(new URL(server.url).port), '127.0.0.1');
    const [refusal] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(refusal.code).toBe('ECONNREFUSED');
    finish();
    expect((await answer).data).toEqual({ priceHistory: [{ price: '1' }] });
    await stopped;
  });

  it('says that it is not ready and goes on for a while, so that a load balancer passes it over first', async () => {
    const server = await startTestApi({ db: database.db, redis }, { distDir, env: { DRAIN_MS: '2000' } });
    const user = await server.newUser();
    const port = Number(new URL(server.url).port);
    const ask = (where: string) => fetch(`${server.url}${where}`, { headers: { connection: 'keep-alive' } });
    expect(await (await ask('/readyz')).json()).toEqual({ status: 'ready' });
    const stopped = server.stop();
    const unready = await ask('/readyz');
    expect([unready.status, unready.headers.get('connection')]).toEqual([503, 'close']);
    // Signals, GraphQL and new connections are still answered.
    expect((await ask('/healthz')).status).toBe(200);
    expect((await server.send('{ __typename }', {}, user.cookie)).status).toBe(200);
    await eventually(async () => {
      const late = connect(port, '127.0.0.1');
      const [refusal] = await Promise.race([
        once(late, 'error') as Promise<NodeJS.ErrnoException[]>,
        once(late, 'connect').then(() => []),
      ]);
      late.destroy();
      expect(refusal?.code).toBe('ECONNREFUSED');
    });
    await stopped;
  });

  it('does not wait for a silent socket', async () => {
    const server = await startTestApi({ db: database.db, redis }, { distDir });
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    await once(socket, 'connect');
    socket.on('error', () => undefined);
    await expect(server.stop()).resolves.toBeUndefined();
    socket.destroy();
  });
});
