// The floor: the least work of a durable system. HTTP with HMAC, one committed insert, one hop through a Redis list, a
// second committed insert, one signed HTTP call, then one transaction of six statements. No rules, no checks.
import { createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Redis } from 'ioredis';
import { openPool } from '../server/src/infra/database/database.js';
import { answerParent, nowMs } from './child.js';
import { STUB_SECRET } from './secrets.js';

const { DATABASE_URL = '', REDIS_URL = '', STUB_URL = '', SECRET = '' } = process.env;
const pool = openPool(DATABASE_URL, 20);
await pool.query(`CREATE TABLE IF NOT EXISTS bench_signals (id INT AUTO_INCREMENT PRIMARY KEY, uid VARCHAR(64) UNIQUE, body TEXT);
CREATE TABLE IF NOT EXISTS bench_orders (id INT AUTO_INCREMENT PRIMARY KEY, uid VARCHAR(64) UNIQUE, status VARCHAR(16), qty DECIMAL(36,18));
CREATE TABLE IF NOT EXISTS bench_ledger (id INT AUTO_INCREMENT PRIMARY KEY, order_uid VARCHAR(64), delta DECIMAL(36,18));
CREATE TABLE IF NOT EXISTS bench_balance (id INT PRIMARY KEY, balance DECIMAL(36,18));
INSERT IGNORE INTO bench_balance VALUES (1, 1000000)`);
const [producer, consumer] = [new Redis(REDIS_URL), new Redis(REDIS_URL)];
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const list = `bench:floor:${process.pid}`;
let booked: [string, number][] = [];

const sendOrder = (uid: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const form = `symbol=BTCUSDT&side=BUY&type=MARKET&quantity=1&newClientOrderId=${uid}&timestamp=${Date.now()}`;
    const body = `${form}&signature=${createHmac('sha256', STUB_SECRET).update(form).digest('hex')}`;
    const request = http.request(
      `${STUB_URL}/api/v3/order`,
      { method: 'POST', agent, headers: { 'content-length': body.length } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => (JSON.parse(Buffer.concat(chunks).toString()), resolve()));
      },
    );
    request.on('error', reject);
    request.end(body);
  });

async function trade(uid: string): Promise<void> {
  await pool.query("INSERT INTO bench_orders (uid, status, qty) VALUES (?, 'SENDING', '1')", [uid]);
  await sendOrder(uid);
  const connection = await pool.getConnection();
  try {
    await connection.query(
      `START TRANSACTION; UPDATE bench_orders SET status = 'FILLED' WHERE uid = ?; INSERT INTO bench_ledger (order_uid, delta) VALUES (?, '1');
       INSERT INTO bench_ledger (order_uid, delta) VALUES (?, '-1'); INSERT INTO bench_ledger (order_uid, delta) VALUES (?, '0');
       INSERT INTO bench_ledger (order_uid, delta) VALUES (?, '0'); COMMIT`,
      [uid, uid, uid, uid, uid],
    );
  } finally {
    await connection.release();
  }
  booked.push([uid, nowMs()]);
}

const server = http.createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', async () => {
    const raw = Buffer.concat(chunks);
    const expected = createHmac('sha256', SECRET).update(raw).digest();
    const given = Buffer.from(String(request.headers['x-signature']).slice(7), 'hex');
    if (!timingSafeEqual(expected, given)) return void response.writeHead(403).end();
    const { id } = JSON.parse(raw.toString()) as { id: string };
    await pool.query('INSERT INTO bench_signals (uid, body) VALUES (?, ?)', [id, raw.toString()]);
    response.writeHead(202, { 'content-type': 'application/json' }).end(`{"receipt":"${id}"}`);
    if (request.url === '/trade') void producer.rpush(list, id);
  });
});

void (async () => {
  for (;;) {
    const taken = await consumer.blpop(list, 0);
    // The floor of a trigger is the commit before the hop and the call after it.
    if (taken) void (taken[1].startsWith('tick-') ? sendOrder(taken[1]) : trade(taken[1]));
  }
})();

answerParent({
  tick: async (uid: string) => {
    const at = nowMs();
    await pool.query('INSERT INTO bench_signals (uid, body) VALUES (?, ?)', [uid, 'tick']);
    void producer.rpush(list, uid);
    return at;
  },
  booked: () => {
    const taken = booked;
    booked = [];
    return taken;
  },
});
server.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
