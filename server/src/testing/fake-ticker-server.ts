import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';
import { guardDoor, type WebsocketDoor } from './websocket-door.js';

/**
 * The part of Binance's public dialect that tickers need: exchangeInfo and 24-hour tickers by REST, and the streams
 * `<symbol>@ticker` and `<symbol>@bookTicker` by websocket.
 * https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams
 */
export interface FakeTickerServer extends WebsocketDoor {
  /** For a feed's `apiUrls`. `ws` is omitted when a test needs no streams. */
  urls: { public: string; ws?: { spot: string } };
  /** The paths and queries of REST requests. */
  requests: string[];
  /** The answer of the REST ticker route: rows, or a status to fail with. */
  answer: { rows: Record<string, string>[] } | { status: number };
  /** The candles of BTCUSDT by their interval ('1h'), as rows of time and prices; other symbols have none. */
  candles: Record<string, [number, string, string, string, string][]>;
  openSockets(): number;
  /** Every request of a client, in order: 'SUBSCRIBE btcusdt@ticker'. */
  asked: string[];
  /** Sends tickers, for example of BTCUSDT, to their subscribers. */
  ticker(symbol: string, last: string, sides?: { bid?: string; ask?: string }): void;
  book(symbol: string, sides: { bid: string; ask: string }): void;
  /** Sends these characters to every client. */
  say(text: string): void;
  /** Breaks all websockets without a close message. */
  drop(): void;
  close(): void;
}

const symbolInfo = (base: string) => ({
  symbol: `${base}USDT`,
  status: 'TRADING',
  baseAsset: base,
  quoteAsset: 'USDT',
  isSpotTradingAllowed: true,
  permissions: ['SPOT'],
  filters: [
    { filterType: 'PRICE_FILTER', minPrice: '0.01', maxPrice: '1000000', tickSize: '0.01' },
    { filterType: 'LOT_SIZE', minQty: '0.00001', maxQty: '9000', stepSize: '0.00001' },
  ],
});

function restAnswer(
  { pathname: route, searchParams }: URL,
  bases: string[],
  { answer, candles }: Pick<FakeTickerServer, 'answer' | 'candles'>,
): [number, unknown] {
  if (route === '/api/v3/klines' && !('status' in answer)) {
    const rows = searchParams.get('symbol') === 'BTCUSDT' ? (candles[searchParams.get('interval') ?? ''] ?? []) : [];
    return [200, rows.map(([at, ...prices]) => [at, ...prices, '1.5', at + 1, '1', 3, '1', '1', '0'])];
  }
  if (route === '/api/v3/exchangeInfo') return [200, { symbols: bases.map(symbolInfo) }];
  if (route !== '/api/v3/ticker/24hr') return [404, {}];
  return 'status' in answer ? [answer.status, { code: -1, msg: 'busy' }] : [200, answer.rows];
}

export async function startFakeTickerServer({
  bases = ['BTC', 'ETH'],
  streams = true,
}: { bases?: string[]; streams?: boolean } = {}): Promise<FakeTickerServer> {
  const subscribers = new Map<WebSocket, Set<string>>();
  const http = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    fake.requests.push(`${url.pathname}${url.search}`);
    const [status, body] = restAnswer(url, bases, fake);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const sockets = new WebSocketServer({ noServer: true });
  const serve = (client: WebSocket): void => {
    const streamsOfClient = new Set<string>();
    subscribers.set(client, streamsOfClient);
    client.on('close', () => subscribers.delete(client));
    client.on('error', () => client.terminate());
    client.on('message', (data: Buffer) => {
      const { method, params, id } = JSON.parse(data.toString()) as { method: string; params: string[]; id: number };
      for (const name of params) {
        fake.asked.push(`${method} ${name}`);
        if (method === 'SUBSCRIBE') streamsOfClient.add(name);
        else streamsOfClient.delete(name);
      }
      client.send(JSON.stringify({ result: null, id }));
    });
  };
  const send = (stream: string, message: object): void => {
    for (const [client, streamsOfClient] of subscribers)
      if (streamsOfClient.has(stream)) client.send(JSON.stringify({ stream, data: message }));
  };
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const fake: FakeTickerServer = {
    urls: {
      public: `http://127.0.0.1:${port}/api/v3`,
      ...(streams && { ws: { spot: `ws://127.0.0.1:${port}/stream` } }),
    },
    ...{ requests: [], answer: { rows: [] }, candles: {}, door: 'open', dials: [], asked: [] },
    openSockets: () => subscribers.size,
    ticker(symbol, c, { bid = '0.00', ask = '0.00' } = {}) {
      send(`${symbol.toLowerCase()}@ticker`, { e: '24hrTicker', E: 1764000000000, s: symbol, c, b: bid, a: ask });
    },
    book(symbol, { bid, ask }) {
      send(`${symbol.toLowerCase()}@bookTicker`, { u: 7488717758, s: symbol, b: bid, B: '1.4', a: ask, A: '2.5' });
    },
    say(text) {
      for (const client of subscribers.keys()) client.send(text);
    },
    drop() {
      for (const client of subscribers.keys()) client.terminate();
    },
    close() {
      fake.drop();
      endHanging();
      http.closeAllConnections();
      http.close();
    },
  };
  const endHanging = guardDoor(http, fake, (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (client) => serve(client)),
  );
  return fake;
}
