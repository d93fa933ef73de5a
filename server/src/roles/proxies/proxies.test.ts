import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RedisLink } from '../../infra/redis/redis.js';
import { eventually } from '../../testing/eventually.js';
import { isToolMissing } from '../../testing/missing-tool.js';
import { makeSource } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

const DEPLOY = fileURLToPath(new URL('../../../../deploy/', import.meta.url));
const NAME = 'trade.example.org';
/** A client that is not the proxy: every address of 127.0.0.0/8 is this machine. */
const CLIENT = '127.0.0.2';
const TRADINGVIEW = '52.89.214.238';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let folder: string;
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
  folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-proxy-'));
  api = await startTestApi(
    { db: t.db, redis },
    { env: { PUBLIC_URL: `http://${NAME}`, TRUSTED_PROXIES: '127.0.0.1' } },
  );
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
  rmSync(folder, { recursive: true });
});

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  server.close();
  return port;
}

/** The files of deploy/, with a port of this test in the place of 443 and without the certificate. */
const PROXIES = {
  nginx: (port: number): ChildProcess => {
    const upstream = new URL(api.url).host;
    const site = readFileSync(path.join(DEPLOY, 'nginx/mvcashnode.conf'), 'utf8')
      .replace('listen 443 ssl;', `listen 127.0.0.1:${port};`)
      .replace(/^\s*ssl_certificate.*$/gm, '')
      .replace('127.0.0.1:4000', upstream);
    expect(site).toContain(`server ${upstream} fail_timeout`);
    const temp = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (kind) => `${kind}_temp_path ${folder}/${kind};`,
    );
    const user = process.getuid?.() === 0 ? 'user root;' : '';
    writeFileSync(
      path.join(folder, 'nginx.conf'),
      `${user} daemon off; pid ${folder}/nginx.pid; error_log stderr; events {} http { access_log off; ${temp.join(' ')}\n${site}\n}`,
    );
    return spawn('nginx', ['-e', 'stderr', '-p', folder, '-c', path.join(folder, 'nginx.conf')], { stdio: 'ignore' });
  },
  caddy: (port: number): ChildProcess => {
    const site = readFileSync(path.join(DEPLOY, 'caddy/Caddyfile'), 'utf8');
    writeFileSync(path.join(folder, 'Caddyfile'), `{\n\tadmin off\n}\n${site}`);
    const env = { ...process.env, DOMAIN: `http://${NAME}:${port}`, UPSTREAM: new URL(api.url).host, HOME: folder };
    return spawn('caddy', ['run', '--config', path.join(folder, 'Caddyfile'), '--adapter', 'caddyfile'], {
      stdio: 'ignore',
      env,
    });
  },
};

/** What strangers send to look like TradingView. */
const SPOOFS: Record<string, string | string[]>[] = [
  ...['X-Forwarded-For', 'x-forwarded-for', 'X-FORWARDED-FOR', 'X_Forwarded_For', 'X-Forwarded-For '.trim()].map(
    (name) => ({ [name]: TRADINGVIEW }),
  ),
  ...[
    `${TRADINGVIEW}, 127.0.0.1`,
    `127.0.0.1, ${TRADINGVIEW}`,
    `${TRADINGVIEW},${TRADINGVIEW}`,
    `"${TRADINGVIEW}"`,
    `${TRADINGVIEW}:443`,
    `::ffff:${TRADINGVIEW}`,
    ` ${TRADINGVIEW} `,
    `${TRADINGVIEW};`,
    `unknown, ${TRADINGVIEW}`,
  ].map((value) => ({ 'X-Forwarded-For': value })),
  { 'X-Forwarded-For': [TRADINGVIEW, '127.0.0.1'] },
  { 'X-Forwarded-For': ['127.0.0.1', TRADINGVIEW] },
  ...[
    'X-Real-IP',
    'X-Client-IP',
    'Client-IP',
    'True-Client-IP',
    'CF-Connecting-IP',
    'Fastly-Client-IP',
    'X-Cluster-Client-IP',
    'X-Original-Forwarded-For',
    'X-Forwarded',
    'Forwarded-For',
    'X-Remote-Addr',
    'X-Mvcash-Peer',
  ].map((name) => ({ [name]: TRADINGVIEW })),
  { Forwarded: `for=${TRADINGVIEW}` },
  { Forwarded: `for="${TRADINGVIEW}";proto=https;by=127.0.0.1` },
  {
    'X-Forwarded-Host': NAME,
    'X-Forwarded-For': TRADINGVIEW,
    'X-Real-IP': TRADINGVIEW,
    Forwarded: `for=${TRADINGVIEW}`,
  },
];

for (const name of ['nginx', 'caddy'] as const) {
  const isMissing = isToolMissing(name, [name === 'nginx' ? '-v' : 'version'], 'what it passes on is not tried');

  describe.skipIf(isMissing)(`behind ${name}, as deploy/ configures it`, () => {
    let proxy: ChildProcess;
    let port: number;
    beforeAll(async () => {
      port = await freePort();
      proxy = PROXIES[name](port);
      await eventually(async () => expect((await send('GET', '/healthz')).status).toBe(200), 20_000);
    });
    afterAll(async () => {
      const ended = once(proxy, 'exit');
      proxy.kill('SIGTERM');
      await ended;
    });

    const send = (method: string, at: string, body = '', headers: http.OutgoingHttpHeaders = {}) =>
      new Promise<{ status: number; body: string }>((resolve, reject) => {
        const request = http.request(
          {
            host: '127.0.0.1',
            port,
            path: at,
            method,
            localAddress: CLIENT,
            agent: false,
            headers: { host: `${NAME}:${port}`, ...headers },
          },
          (answer) => {
            let text = '';
            answer.setEncoding('utf8').on('data', (part: string) => (text += part));
            answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
          },
        );
        request.on('error', reject);
        request.end(body);
      });
    const source = async (allowed: string[]) => {
      const user = await api.newUser();
      const made = await makeSource(t.db, { owner_user_id: user.id, allowed_ips_json: allowed });
      return made.webhook_code;
    };

    it('a sender has the address that the proxy sees', async () => {
      expect((await send('POST', `/webhooks/${await source([CLIENT])}`, 'BTCUSDT buy')).status).toBe(202);
      expect((await send('POST', `/webhooks/${await source(['127.0.0.1'])}`, 'BTCUSDT buy')).status).toBe(403);
    });

    it(`none of ${SPOOFS.length} headers gives a stranger the address of TradingView`, async () => {
      expect(SPOOFS.length).toBeGreaterThanOrEqual(30);
      const code = await source([TRADINGVIEW]);
      for (const headers of SPOOFS) {
        const { status } = await send('POST', `/webhooks/${code}`, 'BTCUSDT buy', headers);
        expect({ headers, status: [400, 403].includes(status) }).toEqual({ headers, status: true });
      }
    });

    it('takes what TradingView sends, in time, once, and as it was sent', async () => {
      const code = await source([CLIENT]);
      const began = performance.now();
      const json = await send('POST', `/webhooks/${code}`, '{"ticker":"BTCUSDT","action":"buy","close":98450.5}', {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Go-http-client/1.1',
        'accept-encoding': 'gzip',
      });
      expect([json.status, JSON.parse(json.body)]).toEqual([
        202,
        expect.objectContaining({ duplicate: false, symbol: 'BTC/USDT' }),
      ]);
      const text = await send('POST', `/webhooks/${code}`, 'SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)', {
        'content-type': 'text/plain; charset=utf-8',
      });
      expect([text.status, JSON.parse(text.body)]).toEqual([
        202,
        expect.objectContaining({ duplicate: false, symbol: 'SOL/USDT' }),
      ]);
      expect((await send('POST', `/webhooks/${code}`, 'ETHUSDT buy'.padEnd(65_536, ' '))).status).toBe(202);
      expect((await send('POST', `/webhooks/${code}`, 'ETHUSDT sell'.padEnd(65_537, ' '))).status).toBe(413);
      expect(performance.now() - began).toBeLessThan(3_000);
      const receipts = await t.db.query<{ n: number }[]>(
        'SELECT COUNT(*) AS n FROM webhook_receipts r JOIN webhook_sources s ON s.id = r.webhook_source_id WHERE s.webhook_code = ?',
        [code],
      );
      expect(Number(receipts[0]?.n)).toBe(4);
    });

    const connect = (origin: string, cookie: string) =>
      new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', {
        headers: { host: `${NAME}:${port}`, cookie, origin },
        localAddress: CLIENT,
      });

    it('websockets pass, with their session, and those of other pages do not', async () => {
      const { cookie } = await api.newUser();
      const socket = connect(`http://${NAME}`, cookie);
      await once(socket, 'open');
      socket.send('{"type":"connection_init"}');
      const [message] = (await once(socket, 'message')) as [Buffer];
      expect(JSON.parse(String(message))).toMatchObject({ type: 'connection_ack' });
      socket.close();
      const [error] = (await once(connect('http://evil.example', cookie), 'error')) as [Error];
      expect(error.message).toContain('403');
    });

    it('pages and GraphQL pass, and other names are refused', async () => {
      const { cookie } = await api.newUser();
      const answer = await send('POST', '/graphql', '{"query":"{ me { id } }"}', {
        cookie,
        'content-type': 'application/json',
      });
      expect([answer.status, JSON.parse(answer.body)]).toEqual([
        200,
        expect.objectContaining({ data: { me: { id: expect.any(String) } } }),
      ]);
      const other = await send('GET', '/healthz', '', { host: 'evil.example' });
      expect(other.body).not.toContain('live');
    });
  });
}
