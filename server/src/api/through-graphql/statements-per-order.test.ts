import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createMarketDirectory } from '../../exchange/market-directory.js';
import { createSimulatedExchange } from '../../exchange/simulated/simulated-exchange.js';
import { openDatabase, type Database } from '../../infra/database/database.js';
import { executeTrade } from '../../orders/send/execute-trade.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { makeAccount, makeBinding, makeParameter, makeSource, makeVault } from '../../testing/make.js';
import { createTestContext } from '../../testing/test-context.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';

/** The maximum number of statements per order, from the POST to the booked fill, including writes of live events. */
const STATEMENTS_MAX = 28;
const ROUND_TRIPS_MAX = 6;

let roundTrips: (readonly string[])[] = [];
let server: WebhookTestServer;
let counted: Database;
const clock = fakeClock();
const client = webhookClient(() => server);
beforeAll(async () => {
  server = await startWebhookServer();
  counted = openDatabase(server.test.url, { onRoundTrip: (statements) => roundTrips.push(statements) });
});
beforeEach(() => {
  roundTrips = [];
});
afterAll(async () => {
  await counted.close();
  await server.close();
});

/** The path of a signal in one process: the webhook route, the claim, the simulated exchange, the booking. */
async function openPipeline() {
  const account = await makeAccount(server.ctx.db, { balances: { USDT: '10000' } });
  const { user_id } = account;
  const vault = await makeVault(server.ctx.db, { user_id });
  const parameter = { exchange_account_id: account.id, user_id, vault_id: vault.id, quote_amount_fixed: '100' };
  await makeParameter(server.ctx.db, parameter);
  const source = await makeSource(server.ctx.db, { owner_user_id: user_id, rate_limit_per_min: 6000 });
  await makeBinding(server.ctx.db, { exchange_account_id: account.id, webhook_source_id: source.id });
  const base = createTestContext(counted, { clock });
  // The exchange is a separate system, so its own statements do not count.
  const rules = { db: server.ctx.db, prices: base.prices, clock, stalePriceMs: 30_000 };
  const ref = { id: account.id, exchange: 'BINANCE_SPOT' as const, isSimulation: true, testnet: false };
  const exchange = createSimulatedExchange({ ...rules, account: ref });
  const find = () => ({ ok: true as const, exchange });
  const ctx = { ...base, exchanges: { forAccount: find, forReading: find } };
  const markets = createMarketDirectory({ db: counted, clock, log: base.log });
  const { url } = await server.listen({ db: counted, clock, markets });
  /** Returns the statuses of the jobs that the signal created. */
  const signal = async (body: object): Promise<string[]> => {
    const from = server.messages.length;
    const { status } = await client.post(source.webhook_code, body, {}, url);
    expect(status).toBe(202);
    const made = server.messages.slice(from);
    for (const message of made) await executeTrade(ctx, message);
    const jobs = await server.ctx.db.prisma.tradeJob.findMany({
      where: { id: { in: made.map(({ jobId }) => jobId) } },
    });
    return jobs.map((job) => job.status);
  };
  return { signal, accountId: account.id };
}

const counts = () => ({ statements: roundTrips.flat().length, roundTrips: roundTrips.length });
/** The statements, shown when a change adds some. */
const told = () => roundTrips.map((trip) => trip.map((sql) => sql.trim().slice(0, 60)).join('\n  ')).join('\n');

describe('what an order costs the database', () => {
  it('stays within its limits for a buy out of a vault', async () => {
    const { signal } = await openPipeline();
    await signal({ ticker: 'BTCUSDT', action: 'buy', id: 'first', time: new Date(clock.now()).toISOString() });
    roundTrips = [];
    const statuses = await signal({
      ticker: 'BTCUSDT',
      action: 'buy',
      id: 'a',
      time: new Date(clock.now()).toISOString(),
    });
    expect(statuses).toEqual(['FILLED']);
    expect(counts().statements, told()).toBeLessThanOrEqual(STATEMENTS_MAX);
    expect(counts().roundTrips, told()).toBeLessThanOrEqual(ROUND_TRIPS_MAX);
  });

  it('is the same when the signal has an id and no time', async () => {
    const { signal } = await openPipeline();
    await signal({ ticker: 'BTCUSDT', action: 'buy', id: 'first' });
    roundTrips = [];
    expect(await signal({ ticker: 'BTCUSDT', action: 'buy', id: 'b' })).toEqual(['FILLED']);
    expect(counts().statements, told()).toBeLessThanOrEqual(STATEMENTS_MAX);
    expect(counts().roundTrips, told()).toBeLessThanOrEqual(ROUND_TRIPS_MAX);
  });

  it('is two statements more for the sell that closes the position, and no more round trips', async () => {
    const { signal, accountId } = await openPipeline();
    await signal({ ticker: 'BTCUSDT', action: 'buy', id: 'open' });
    roundTrips = [];
    expect(await signal({ ticker: 'BTCUSDT', action: 'sell', id: 'close' })).toEqual(['FILLED']);
    expect(counts().statements, told()).toBeLessThanOrEqual(STATEMENTS_MAX + 2);
    expect(counts().roundTrips, told()).toBeLessThanOrEqual(ROUND_TRIPS_MAX);
    const open = await server.ctx.db.prisma.tradePosition.findMany({
      where: { exchange_account_id: accountId, status: 'OPEN' },
    });
    expect(open).toEqual([]);
  });
});
