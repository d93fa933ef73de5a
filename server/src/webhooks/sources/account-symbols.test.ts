import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PriceVenue } from '../../core/price/price-key.js';
import { createMarketDirectory } from '../../exchange/market-directory.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeBinding, makeSource, makeUser } from '../../testing/make.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';

let server: WebhookTestServer;
const { post } = webhookClient(() => server);

const wire = (symbol: string, id: string, info: object = {}) => {
  const [base = '', quote = ''] = symbol.split('/');
  return { id, symbol, base, quote, spot: true, active: true, precision: {}, limits: {}, info };
};

beforeAll(async () => {
  server = await startWebhookServer();
  // Another process reads the markets of the exchanges; this one reads them from MySQL.
  const { db, clock, log } = server.ctx;
  const elsewhere = createMarketDirectory({ db, clock, log });
  elsewhere.remember('KRAKEN_SPOT', [
    wire('BTC/USD', 'XXBTZUSD', { altname: 'XBTUSD', wsname: 'XBT/USD' }),
    wire('DOT/USD', 'DOTUSD', { altname: 'DOTUSD' }),
    wire('BNB/USD', 'BNBUSD'),
    wire('ARB/USD', 'ARBUSD'),
    wire('USDT/USD', 'USDTZUSD', { altname: 'USDTUSD' }),
    { ...wire('DO/TUSD', 'DOTUSD'), active: false },
  ]);
  elsewhere.remember('BINANCE_SPOT', [
    wire('AR/BUSD', 'ARBUSD'),
    wire('ARB/USD', 'ARBUSD'),
    wire('BTC/USDT', 'BTCUSDT'),
  ]);
  await eventually(async () => expect(await db.query('SELECT venue FROM venue_markets')).toHaveLength(2));
});
afterAll(() => server.close());

/** A REAL source bound to one account at each venue. */
async function sourceAt(...venues: PriceVenue[]) {
  const { db } = server.ctx;
  const { id: user } = await makeUser(db);
  const source = await makeSource(db, { owner_user_id: user, trade_mode: 'REAL', rate_limit_per_min: 6000 });
  const accounts = new Map<number, string>();
  for (const venue of venues) {
    const account = await makeAccount(db, { user_id: user, exchange: venue, is_simulation: false });
    accounts.set(account.id, venue);
    await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
  }
  return {
    code: source.webhook_code,
    /** The result of a message at each account: the answer's symbol, then venue → symbol and status or reason. */
    async send(message: string) {
      const { answer } = await post(source.webhook_code, message);
      const { receipt, symbol } = answer as { receipt: string; symbol: string };
      const jobs = await db.prisma.tradeJob.findMany({ where: { webhook_event: { webhook_receipt: { receipt } } } });
      const row = await db.prisma.webhookReceipt.findUniqueOrThrow({ where: { receipt } });
      expect(row.symbol_normalized).toBe(symbol);
      return {
        symbol,
        at: Object.fromEntries(
          jobs.map((job) => [
            accounts.get(job.exchange_account_id),
            job.status === 'PENDING' ? job.symbol : job.reason_code,
          ]),
        ),
      };
    },
  };
}

describe('the symbol of a signal', () => {
  it('is split by the markets of the account it goes to', async () => {
    const source = await sourceAt('KRAKEN_SPOT');
    for (const [ticker, symbol] of [
      ['DOTUSD', 'DOT/USD'],
      ['BNBUSD', 'BNB/USD'],
      ['XBTUSD', 'BTC/USD'],
      ['XBT/USD', 'BTC/USD'],
      ['ARBUSD', 'ARB/USD'],
      ['USDTUSD', 'USDT/USD'],
      ['KRAKEN:DOTUSD', 'DOT/USD'],
    ]) {
      expect(await source.send(`${ticker} buy`), ticker).toEqual({ symbol, at: { KRAKEN_SPOT: symbol } });
    }
  });

  it('may be another market at another account of the same source', async () => {
    const source = await sourceAt('KRAKEN_SPOT', 'BINANCE_SPOT');
    const { at } = await source.send('XBTUSD sell');
    expect(at.KRAKEN_SPOT).toBe('BTC/USD');
    expect(at.BINANCE_SPOT).not.toBe('BTC/USD');
  });

  it('is refused for an account whose exchange has two markets that fit, and trades at the other', async () => {
    const source = await sourceAt('KRAKEN_SPOT', 'BINANCE_SPOT');
    expect((await source.send('ARBUSD buy')).at).toEqual({ KRAKEN_SPOT: 'ARB/USD', BINANCE_SPOT: 'SYMBOL_AMBIGUOUS' });
    expect((await source.send('ARB/USD buy')).at).toEqual({ KRAKEN_SPOT: 'ARB/USD', BINANCE_SPOT: 'ARB/USD' });
    const { db } = server.ctx;
    const job = await db.prisma.tradeJob.findFirstOrThrow({ where: { reason_code: 'SYMBOL_AMBIGUOUS' } });
    expect(job.reason_message).toContain('write the symbol with a slash');
    const event = await db.prisma.webhookEvent.findUniqueOrThrow({ where: { id: job.webhook_event_id ?? 0 } });
    expect(event.status).toBe('PROCESSED');
  });

  it('stays as it was written when the markets are not known', async () => {
    const source = await sourceAt('OKX_SPOT');
    expect(await source.send('SOLUSDT buy')).toEqual({ symbol: 'SOL/USDT', at: { OKX_SPOT: 'SOL/USDT' } });
  });
});
