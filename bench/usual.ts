// A small reference in the usual style: Express, Prisma calls, a BullMQ hop, reads before the order, ccxt, and an
// interactive Prisma transaction for the books. The ratio to mvcashnode is compared with it.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { Queue, Worker } from 'bullmq';
import express from 'express';
import { openDatabase } from '../server/src/infra/database/database.js';
import { answerParent, nowMs } from './child.js';
import { STUB_SECRET } from './secrets.js';

const { DATABASE_URL = '', REDIS_URL = '', STUB_URL = '', SECRET = '', SEED = '{}' } = process.env;
const seed = JSON.parse(SEED) as { sourceId: number; accountId: number; vaultId: number; userId: number };
// Half of the connections serve our own transactions: Prisma has 20, as many as the floor.
const { prisma } = openDatabase(DATABASE_URL, { connectionLimit: 40 });
const connection = { url: REDIS_URL, maxRetriesPerRequest: null };
const queue = new Queue('bench-usual', { connection, prefix: `bench${process.pid}` });
let booked: [string, number][] = [];

const entry = createRequire(import.meta.url).resolve('ccxt');
const binanceFile = path.join(path.dirname(entry).replace(/dist$/, ''), 'js/src/binance.js');
const { default: Binance } = (await import(pathToFileURL(binanceFile).href)) as {
  default: new (options: object) => never;
};
const exchange = new Binance({ apiKey: 'k', secret: STUB_SECRET, enableRateLimit: false }) as unknown as {
  urls: { api: Record<string, string> };
  setMarkets(markets: object[]): void;
  createOrder(
    symbol: string,
    type: string,
    side: string,
    amount: number,
    price: undefined,
    params: object,
  ): Promise<{ filled: number; average: number }>;
};
for (const key of Object.keys(exchange.urls.api)) exchange.urls.api[key] = `${STUB_URL}/api/v3`;
exchange.setMarkets([
  {
    id: 'BTCUSDT',
    symbol: 'BTC/USDT',
    base: 'BTC',
    quote: 'USDT',
    baseId: 'BTC',
    quoteId: 'USDT',
    spot: true,
    type: 'spot',
    active: true,
    precision: { amount: 0.00001, price: 0.01 },
    limits: {},
    info: { orderTypes: ['LIMIT', 'MARKET'] },
  },
]);

new Worker(
  'bench-usual',
  async (job) => {
    const { jobId, uid } = job.data as { jobId: number; uid: string };
    const row = await prisma.tradeJob.findUniqueOrThrow({ where: { id: jobId }, include: { exchange_account: true } });
    await prisma.tradeParameter.findFirst({
      where: { exchange_account_id: row.exchange_account_id, symbol: row.symbol },
    });
    await prisma.vaultBalance.findFirst({ where: { vault_id: seed.vaultId } });
    await prisma.tradeJob.update({ where: { id: jobId }, data: { status: 'EXECUTING' } });
    const execution = await prisma.tradeExecution.create({
      data: {
        trade_job_id: jobId,
        exchange_account_id: row.exchange_account_id,
        trade_mode: 'SIMULATION',
        exchange: 'BINANCE_SPOT',
        client_order_id: uid,
        symbol: row.symbol,
        status_exchange: 'SENDING',
        side: 'BUY',
        order_type: 'MARKET',
        requested_qty: '1',
        send_before: new Date(),
      },
    });
    const order = await exchange.createOrder('BTC/USDT', 'market', 'buy', 1, undefined, { newClientOrderId: uid });
    await prisma.$transaction(async (tx) => {
      await tx.tradeExecution.update({
        where: { id: execution.id },
        data: { status_exchange: 'FILLED', executed_qty: order.filled, avg_price: order.average },
      });
      await tx.tradeJob.update({ where: { id: jobId }, data: { status: 'FILLED' } });
      const position = await tx.tradePosition.create({
        data: {
          exchange_account_id: row.exchange_account_id,
          trade_mode: 'SIMULATION',
          symbol: row.symbol,
          trade_job_id_open: jobId,
          qty_total: order.filled,
          qty_remaining: order.filled,
          price_open: order.average,
          status: 'OPEN',
        },
      });
      await tx.positionFill.create({
        data: {
          position_id: position.id,
          trade_execution_id: execution.id,
          exchange_account_id: row.exchange_account_id,
          symbol: row.symbol,
          side: 'BUY',
          qty: order.filled,
          price: order.average,
          trade_id: uid,
          filled_at: new Date(),
        },
      });
      await tx.vaultBalance.updateMany({ where: { vault_id: seed.vaultId }, data: { balance: { decrement: 1 } } });
      await tx.vaultTransaction.create({
        data: {
          vault_id: seed.vaultId,
          type: 'BUY_CONFIRM',
          asset: 'USDT',
          amount: '1',
          balance_delta: '-1',
          reserved_delta: '0',
          trade_job_id: jobId,
        },
      });
    });
    booked.push([uid, nowMs()]);
  },
  { connection, prefix: `bench${process.pid}`, concurrency: 16 },
);

const app = express();
app.post('/trade', express.raw({ type: '*/*' }), async (request, response) => {
  const raw = request.body as Buffer;
  const expected = createHmac('sha256', SECRET).update(raw).digest();
  const given = Buffer.from(String(request.headers['x-signature']).slice(7), 'hex');
  if (!timingSafeEqual(expected, given)) return void response.status(403).end();
  const { id } = JSON.parse(raw.toString()) as { id: string };
  const event = await prisma.webhookEvent.create({
    data: {
      webhook_source_id: seed.sourceId,
      target_account_id: seed.accountId,
      trade_mode: 'SIMULATION',
      event_uid: `usual-${id}`,
      symbol_raw: 'BTCUSDT',
      symbol_normalized: 'BTC/USDT',
      action: 'BUY_SIGNAL',
      status: 'RECEIVED',
      raw_text: raw.toString(),
    },
  });
  const job = await prisma.tradeJob.create({
    data: {
      webhook_event_id: event.id,
      exchange_account_id: seed.accountId,
      trade_mode: 'SIMULATION',
      symbol: 'BTC/USDT',
      side: 'BUY',
      order_type: 'MARKET',
      status: 'PENDING',
    },
  });
  await queue.add('trade', { jobId: job.id, uid: id }, { removeOnComplete: true });
  response.status(202).json({ receipt: id });
});

answerParent({
  booked: () => {
    const taken = booked;
    booked = [];
    return taken;
  },
});
const server = app.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
