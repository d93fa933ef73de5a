import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RedisLink } from '../infra/redis/redis.js';
import { makeSource } from '../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { requireRouteRules, ROUTE_RULES } from './route-rules.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let distDir: string;
let callers: Record<string, Record<string, string>>;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  distDir = await mkdtemp(path.join(os.tmpdir(), 'dist-'));
  await writeFile(path.join(distDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(path.join(distDir, 'favicon.svg'), '<svg/>');
  api = await startTestApi({ db: database.db, redis }, { distDir });
  const [user, admin] = [await api.newUser(), await api.newUser({ role: 'admin' })];
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
  callers = {
    anonymous: {},
    'other tenant': { cookie: user.cookie },
    admin: { cookie: admin.cookie },
    'read token': bearer(await api.newToken(user.id, ['read'])),
    'trade token': bearer(await api.newToken(user.id, ['trade'])),
    'admin token': bearer(await api.newToken(admin.id, ['admin'])),
    'no token': bearer('mvc_nonsense'),
  };
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
  await rm(distDir, { recursive: true });
});

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'];
const CALLERS = ['anonymous', 'other tenant', 'admin', 'read token', 'trade token', 'admin token', 'no token'];

/** One request, as no browser would send it either. */
async function send(method: string, address: string, headers: Record<string, string> = {}, body = '') {
  const request = httpRequest(`${api.url}${address}`, {
    method,
    headers: { ...headers, 'content-length': body.length },
  });
  request.end(body);
  const [answer] = (await once(request, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of answer) text += String(chunk);
  return { status: answer.statusCode ?? 0, headers: answer.headers, text };
}

it('the server has the routes of the list and no other', () => {
  const isPageFile = ({ url }: { url: string }) => ['/index.html', '/favicon.svg'].includes(url);
  const names = api.routes
    .filter((route) => !isPageFile(route))
    .map(({ method, url }) => `${method === 'HEAD' ? 'GET' : method} ${url}`);
  expect([...new Set(names)].sort()).toEqual(Object.keys(ROUTE_RULES).sort());
});

it('a route without a rule stops the server from starting', () => {
  const fastify = Fastify();
  requireRouteRules(fastify, distDir);
  expect(() => fastify.get('/export', () => 'everything')).toThrow('GET /export has no rule');
  expect(() => fastify.route({ method: 'DELETE', url: '/healthz', handler: () => 'gone' })).toThrow('has no rule');
});

describe.each(CALLERS)('for %s', (caller) => {
  it.each(METHODS)('%s reaches nothing but what its route allows', async (method) => {
    const source = await makeSource(database.db, { label: 'secret-label' });
    const places = {
      ...{ '/healthz': '/healthz', '/readyz': '/readyz', '/openapi.json': '/openapi.json', '/graphql': '/graphql' },
      '/export/:list': '/export/positions',
      ...{ '/reference': '/reference', '/reference.md': '/reference.md', '/llms.txt': '/llms.txt' },
      ...{
        '/explorer': '/explorer',
        '/explorer/options.js': '/explorer/options.js',
        '/explorer/*': '/explorer/favicon.ico',
      },
      ...{ '/reference/errors.md': '/reference/errors.md', '/reference/schema.graphql': '/reference/schema.graphql' },
      '/webhooks/:code': '/webhooks/unknown-code',
      '/webhooks/:code/receipts/:receipt': `/webhooks/unknown-code/receipts/${'A'.repeat(26)}`,
      ...{ '/graphql/': '/graphql/x', '/webhooks': '/webhooks', '/assets': '/assets/missing.js' },
      ...{ '/../': '/..%2f..%2fetc%2fpasswd', '/.env': '/.env' },
    };
    for (const [url, address] of Object.entries(places)) {
      const { status, headers, text } = await send(method, address, callers[caller]);
      const rule = ROUTE_RULES[`${method === 'HEAD' ? 'GET' : method} ${url}`];
      const isKnown = !['anonymous', 'no token'].includes(caller);
      const hasSession = ['other tenant', 'admin'].includes(caller);
      const expected = {
        public: [200],
        operations: [400, 401, 415],
        reader: isKnown ? [address.startsWith('/export') ? 400 : 200] : [401],
        person: [hasSession ? (address === '/explorer' ? 302 : 200) : isKnown ? 403 : 401],
        sender: [404],
        refused: [405],
      };
      const isPage =
        (method === 'GET' || method === 'HEAD') &&
        !/^\/(graphql|webhooks|assets|export|reference|llms|explorer)/.test(address);
      const otherwise = isPage ? [200] : [400, 404, 405, 501];
      expect(rule ? expected[rule] : otherwise, `${method} ${address}`).toContain(status);
      expect([headers['access-control-allow-origin'], headers['set-cookie']]).toEqual([undefined, undefined]);
      expect(text).not.toContain(source.webhook_code);
      expect(text).not.toMatch(/root:|secret-label/);
    }
  });
});

it('a Bearer that is not valid is 401 before anything is read, and a valid one gives no more than its scope', async () => {
  const json = { 'content-type': 'application/json' };
  const body = JSON.stringify({
    query: 'mutation { killSwitch(input: { idempotencyKey: "a", closePositions: false }) { bulkAction { id } } }',
  });
  const codes: Record<string, [number, string | undefined]> = {};
  for (const caller of CALLERS) {
    const answer = await send('POST', '/graphql', { ...json, ...callers[caller] }, body);
    const { errors = [] } = JSON.parse(answer.text) as { errors?: { extensions: { code: string } }[] };
    codes[caller] = [answer.status, errors[0]?.extensions.code];
  }
  expect(codes).toMatchObject({
    ...{ anonymous: [200, 'UNAUTHENTICATED'], 'no token': [401, 'UNAUTHENTICATED'] },
    ...{ 'read token': [200, 'FORBIDDEN'], 'admin token': [200, 'FORBIDDEN'], 'trade token': [200, undefined] },
  });
});

it.each(['/', '/graphql/', '/webhooks/x', '/readyz', '/assets'])('no websocket opens at %s', async (address) => {
  const socket = new WebSocket(`${api.url.replace('http', 'ws')}${address}`, 'graphql-transport-ws', {
    headers: callers.admin,
  });
  const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  expect(response.statusCode).toBe(404);
});

it('a websocket speaks the current protocol only, and runs nothing before connection_init', async () => {
  const early = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers: callers.admin });
  early.on('open', () =>
    early.send('{"id":"1","type":"subscribe","payload":{"query":"subscription { jobChanged { cursor } }"}}'),
  );
  expect((await once(early, 'close'))[0]).toBe(4401);
  const old = new WebSocket(api.wsUrl, 'graphql-ws', { headers: callers.admin });
  await expect(once(old, 'open')).rejects.toThrow(/subprotocol/);
});

describe('a content type decides nothing but whether a body is read', () => {
  const TYPES = [
    ...['text/plain', 'multipart/form-data; boundary=x', 'application/x-www-form-urlencoded', 'application/xml'],
    ...[
      'application/json\t; charset=x',
      'application/json;charset=utf-16',
      'APPLICATION/JSONX',
      '../../etc/passwd',
      '',
    ],
  ];

  it('GraphQL is read as JSON only', async () => {
    const user = await api.newUser();
    const body = JSON.stringify({ query: 'mutation { signOut { hadSession } }' });
    for (const type of TYPES.filter((one) => !one.startsWith('application/json'))) {
      const { status, text } = await send('POST', '/graphql', { cookie: user.cookie, 'content-type': type }, body);
      expect([type, status]).toEqual([type, expect.toSatisfy((code: number) => [400, 415].includes(code))]);
      expect(text).not.toContain('hadSession');
    }
    expect((await api.send('{ me { id } }', {}, user.cookie)).data).toEqual({ me: { id: String(user.id) } });
  });

  it('a webhook reads the same bytes in the same way, whatever they are called', async () => {
    const source = await makeSource(database.db);
    const read = new Set<string>();
    for (const [n, type] of TYPES.entries()) {
      const body = JSON.stringify({ symbol: 'BTCUSDT', action: 'buy', id: `signal-${n}` });
      const { status } = await send('POST', `/webhooks/${source.webhook_code}`, { 'content-type': type }, body);
      const receipt = await database.db.prisma.webhookReceipt.findFirstOrThrow({ orderBy: { id: 'desc' } });
      read.add(JSON.stringify([status, receipt.raw_message?.replace(/signal-\d/, '')]));
    }
    expect([...read]).toHaveLength(1);
    expect([...read][0]).toContain('BTCUSDT');
  });
});
