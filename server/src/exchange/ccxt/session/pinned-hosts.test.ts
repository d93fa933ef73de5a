import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { EXCHANGES } from '../../../core/domain.js';
import { DIALECTS } from '../dialects/dialects.js';
import { loadCcxtClass } from './load-ccxt.js';
import { createAgents } from './agents.js';
import { checkHost, HostNotPinned } from './pinned-hosts.js';
import { createFetch } from './wire.js';

interface Loaded {
  urls: { api: unknown };
  implodeHostname(url: string): string;
}

/** Every address of a spot market that ccxt has for an exchange. */
async function spotAddresses(ccxtId: string): Promise<string[]> {
  const api = new (await loadCcxtClass<Loaded>(ccxtId))({});
  const found: string[] = [];
  const walk = (each: unknown): void => {
    if (typeof each === 'string') found.push(api.implodeHostname(each));
    else if (typeof each === 'object' && each !== null) Object.values(each).forEach(walk);
  };
  walk(api.urls.api);
  return found;
}
const isPinned = (exchange: (typeof EXCHANGES)[number], address: string): boolean => {
  try {
    checkHost(exchange, address);
    return true;
  } catch (error) {
    if (error instanceof HostNotPinned) return false;
    throw error;
  }
};

describe.each(EXCHANGES)('%s', (exchange) => {
  it("has ccxt's own host for its spot market in the list, and nothing of another exchange", async () => {
    const own = await spotAddresses(DIALECTS[exchange].ccxtId);
    expect(own.filter((address) => isPinned(exchange, address))).not.toEqual([]);
    for (const other of EXCHANGES.filter((one) => one !== exchange))
      expect(own.filter((address) => isPinned(other, address))).toEqual([]);
  });

  it.each([
    'https://evil.example/api/v3/order',
    'https://api.binance.com.evil.example/',
    'https://evil.example@127.0.0.1/',
    'http://api.binance.com/',
    'ws://api.bybit.com/',
    'https://xn--api-binance-com.example/',
  ])('is not reached at %s', (address) => {
    expect(() => checkHost(exchange, address)).toThrow(HostNotPinned);
  });
});

it('a ccxt that was changed to send elsewhere sends nothing there: no order, no key, no signature', async () => {
  const received: string[] = [];
  const thief = http.createServer((request, response) => {
    received.push(JSON.stringify([request.url, request.headers]));
    response.end('{}');
  });
  await new Promise<void>((resolve) => void thief.listen(0, '127.0.0.1', resolve));
  const { port } = thief.address() as AddressInfo;
  const agents = createAgents(null, true);
  try {
    for (const exchange of EXCHANGES) {
      const send = createFetch(agents, (url) => checkHost(exchange, url));
      const api = new (await loadCcxtClass<Loaded & { fetchImplementation: unknown; fetchTicker(s: string): unknown }>(
        DIALECTS[exchange].ccxtId,
      ))({
        apiKey: 'canary-key',
        secret: 'canary-secret',
        password: 'canary',
        enableRateLimit: false,
        maxRetriesOnFailure: 0,
      });
      api.fetchImplementation = send;
      // As ccxt-mexc-futures did in April 2025: it replaced what makes the request.
      Object.assign(api, {
        sign: () => ({
          url: `http://127.0.0.1:${port}/steal?key=canary-key`,
          method: 'POST',
          body: 'canary-secret',
          headers: {},
        }),
      });
      await expect(Promise.resolve(api.fetchTicker('BTC/USDT'))).rejects.toThrow();
      await expect(send(`http://127.0.0.1:${port}/`, { method: 'POST', headers: {} })).rejects.toThrow(HostNotPinned);
    }
    expect(received).toEqual([]);
  } finally {
    agents.close();
    thief.close();
  }
}, 60_000);

it('a server that replaces an exchange in tests is the only one that is reached', () => {
  expect(() => checkHost('BINANCE_SPOT', 'http://127.0.0.1:9000/api', 'http://127.0.0.1:9000')).not.toThrow();
  expect(() => checkHost('BINANCE_SPOT', 'ws://127.0.0.1:9000/ws', 'http://127.0.0.1:9000')).not.toThrow();
  expect(() => checkHost('BINANCE_SPOT', 'https://api.binance.com/', 'http://127.0.0.1:9000')).toThrow(HostNotPinned);
  expect(() => checkHost('BINANCE_SPOT', 'http://127.0.0.1:9001/', 'http://127.0.0.1:9000')).toThrow(HostNotPinned);
});
