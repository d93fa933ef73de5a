import type { WebSocket } from 'ws';
import { hmacHex } from '../binance/binance-auth.js';
import { executionJson, orderJson, tickerJson, walletJson } from './bybit-wire.js';
import type { EngineEvent, FakeMarket, FakePrice } from '../engine-types.js';
import type { FakeAccount, StreamMood, World } from '../world.js';

interface Request {
  op: string;
  args?: string[];
  req_id?: string;
}

function marketMessages(market: FakeMarket, price: FakePrice, ts: number): Record<string, object> {
  const {
    bid1Price: _bid,
    bid1Size: _bidSize,
    ask1Price: _ask,
    ask1Size: _askSize,
    ...ticker
  } = tickerJson(market, price);
  const book = { s: market.id, b: [[price.bid, '10']], a: [[price.ask, '10']], u: ts, seq: ts };
  return {
    // A spot ticker has no bid and ask. They are in the order book with one level.
    [`tickers.${market.id}`]: { ts, cs: ts, type: 'snapshot', data: ticker },
    [`orderbook.1.${market.id}`]: { ts, cts: ts, type: 'snapshot', data: book },
  };
}

/** The message to a user about an event of the engine: the topic, the account and the rows. */
function userMessages(world: World, event: EngineEvent): { account: string; topic: string; data: object[] }[] {
  if (event.type === 'price') return [];
  if (event.type === 'balance') {
    return [{ account: event.account, topic: 'wallet', data: [walletJson(world, event.account)] }];
  }
  const { account } = event.order;
  const order = { account, topic: 'order', data: [orderJson(event.order)] };
  if (event.type === 'order') return [order];
  return [{ account, topic: 'execution', data: [executionJson(event.trade, event.order)] }, order];
}

function signerOf(world: World, args: string[] = []): FakeAccount | undefined {
  const [key = '', expires = '0', signature = ''] = args.map(String);
  const account = world.accounts.find(({ apiKey }) => apiKey === key);
  const isSigned = account && signature === hmacHex(account.secret, `GET/realtime${expires}`);
  return isSigned && account.canRead && Number(expires) > world.now() ? account : undefined;
}

/** Bybit's websockets: /v5/public/spot, and /v5/private after an auth message. */
export function createBybitStreams(
  world: World,
  faultMode: StreamMood,
): { connect(socket: WebSocket, path: string): void } {
  const clients = new Map<WebSocket, { topics: Set<string>; isPrivate: boolean; account?: FakeAccount }>();
  const say = (socket: WebSocket, message: object): void => {
    if (!faultMode.silent) socket.send(JSON.stringify(message));
  };
  world.engine.onEvent((event) => {
    const forAll = event.type === 'price' ? marketMessages(event.market, event.price, world.now()) : {};
    const forOne = userMessages(world, event);
    for (const [socket, { topics, isPrivate, account }] of clients) {
      for (const [topic, message] of Object.entries(forAll))
        if (!isPrivate && topics.has(topic)) say(socket, { topic, ...message });
      for (const { topic, data, account: owner } of forOne)
        if (account?.name === owner && topics.has(topic)) {
          say(socket, { id: `${world.now()}`, topic, creationTime: world.now(), data });
        }
    }
  });

  const subscribe = (socket: WebSocket, { op, args = [], req_id }: Request): void => {
    const client = clients.get(socket);
    if (!client) return;
    const success = !client.isPrivate || client.account !== undefined;
    say(socket, { success, ret_msg: success ? '' : 'error:not authorized', conn_id: 'fake', req_id, op });
    for (const topic of success ? args : []) {
      if (op === 'unsubscribe') client.topics.delete(topic);
      else client.topics.add(topic);
      const market = world.engine.market(topic.split('.').at(-1) ?? '');
      const price = market && world.engine.price(market.id);
      if (op === 'subscribe' && price) say(socket, { topic, ...marketMessages(market, price, world.now())[topic] });
    }
  };

  const serve = (socket: WebSocket, request: Request): void => {
    const client = clients.get(socket);
    if (!client) return;
    const { op, req_id } = request;
    if (op === 'ping') {
      const pong = { op: 'pong', args: [String(world.now())], conn_id: 'fake', req_id };
      return say(socket, client.isPrivate ? pong : { success: true, ret_msg: 'pong', conn_id: 'fake', req_id, op });
    }
    if (op !== 'auth') return subscribe(socket, request);
    const account = signerOf(world, request.args);
    if (account) client.account = account;
    say(socket, {
      success: account !== undefined,
      ret_msg: account ? '' : 'error:USVC1111',
      op,
      conn_id: 'fake',
      request,
    });
  };

  return {
    connect(socket, path) {
      clients.set(socket, { topics: new Set(), isPrivate: path === '/v5/private' });
      socket.on('close', () => clients.delete(socket));
      socket.on('message', (data: Buffer) => serve(socket, JSON.parse(data.toString()) as Request));
    },
  };
}
