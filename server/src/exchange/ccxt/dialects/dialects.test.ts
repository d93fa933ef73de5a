import { generateKeyPairSync } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { ExchangeName } from '../../../core/domain.js';
import { startLoopbackExchange } from '../../../testing/worlds/loopback-exchange.js';
import { SAMPLE_ID } from '../../../testing/wire-samples/wire-sample.js';
import { WIRE_SAMPLES } from '../../../testing/wire-samples/wire-samples.js';
import { createCcxtExchange } from '../create-ccxt-exchange.js';
import { DIALECTS } from './dialects.js';
import { toWireId } from '../orders/client-id-rules.js';
import { createSharedBudget } from '../budget/shared-budget.js';

const log = pino({ level: 'silent' });
const names = Object.keys(WIRE_SAMPLES) as (keyof typeof WIRE_SAMPLES)[];
/** Coinbase signs with an elliptic key, Kraken with a secret in base64. */
const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const secrets: Partial<Record<ExchangeName, { apiKey: string; apiSecret: string }>> = {
  COINBASE_SPOT: {
    apiKey: 'organizations/1/apiKeys/2',
    apiSecret: privateKey.export({ type: 'sec1', format: 'pem' }).toString(),
  },
  KRAKEN_SPOT: { apiKey: 'key', apiSecret: Buffer.alloc(64, 7).toString('base64') },
};

const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

async function open(name: keyof typeof WIRE_SAMPLES, over: Record<string, unknown> = {}) {
  const server = await startLoopbackExchange({ ...WIRE_SAMPLES[name].routes, ...over });
  const exchange = createCcxtExchange({
    account: { id: 1, exchange: name },
    clock: { now: () => Date.now() },
    ...{ log, budget: createSharedBudget(undefined, log), allowPrivateProxies: false, origin: server.url },
    loadCredentials: async () => ({
      ...{ apiKey: 'key', apiSecret: 'secret', passphrase: 'phrase', proxyUrl: null, testnet: false, version: 1 },
      ...secrets[name],
    }),
  });
  opened.push({
    async stop() {
      exchange.close();
      await server.stop();
    },
  });
  // As an executor does before it claims. An order whose account takes longer than 3 s to open is not sent, and loading
  // the code of an exchange for the first time may take as long on a busy machine.
  await exchange.market(`BTC/${WIRE_SAMPLES[name].quote}`);
  return { server, exchange };
}

describe.each(names)('On the wire to %s', (name) => {
  const { place, lookups, quote, fee } = WIRE_SAMPLES[name];
  const symbol = `BTC/${quote}`;
  const buy = { clientOrderId: SAMPLE_ID, symbol, side: 'BUY', type: 'MARKET', quantity: '0.00123' } as const;

  it('a market buy sends our id and the exact base quantity, and returns its fills', async () => {
    const { server, exchange } = await open(name);
    const outcome = await exchange.place(buy);
    const sent = server.requests.filter(({ method, path }) => method === 'POST' && path === place.path);
    expect(sent.map(({ params }) => params)).toEqual([expect.objectContaining(place.params)]);
    expect(outcome).toMatchObject({
      kind: 'accepted',
      order: {
        ...{ clientOrderId: SAMPLE_ID, status: 'FILLED', executedQty: '0.00123', cummQuoteQty: '123.000615' },
        fills: [{ qty: '0.00123', price: '100000.5', ...fee }],
      },
    });
  });

  it('an order is found by our id, with the parameter that the exchange reads', async () => {
    const { server, exchange } = await open(name);
    const before = server.requests.length;
    expect(await exchange.findOrder(buy)).toMatchObject({ clientOrderId: SAMPLE_ID, executedQty: '0.00123' });
    const asked = server.requests.slice(before, before + lookups.length);
    expect(asked.map(({ path }) => path)).toEqual(lookups.map(({ path }) => path));
    asked.forEach(({ params }, index) => expect(params).toMatchObject(lookups[index]?.params ?? {}));
  });

  it('its market has steps and minimums as texts', async () => {
    const { exchange } = await open(name);
    expect(await exchange.market(symbol)).toMatchObject({ symbol, tickSize: '0.1', stepSize: '0.00000001' });
  });

  it('an order that the exchange drops without an answer is unknown', async () => {
    const { server, exchange } = await open(name, { [`POST ${place.path}`]: undefined });
    expect((await exchange.place(buy)).kind).toBe('unknown');
    expect(server.requests.filter(({ method, path }) => method === 'POST' && path === place.path)).toHaveLength(1);
  });
});

describe('The rules for client ids', () => {
  it.each(Object.values(DIALECTS).map((dialect) => [dialect.exchange, dialect] as const))(
    '%s takes ours, and what it would not take is never sent',
    (_name, { clientId }) => {
      expect(toWireId(clientId, SAMPLE_ID)).toBe(`${clientId.prefix ?? ''}${SAMPLE_ID}`);
      expect(() => toWireId(clientId, 'x'.repeat(clientId.maxLength + 1))).toThrow(RangeError);
      expect(() => toWireId(clientId, 'x y')).toThrow(RangeError);
    },
  );
});
