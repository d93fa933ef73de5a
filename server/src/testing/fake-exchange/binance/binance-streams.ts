import type { WebSocket } from 'ws';
import { checkClock, hmacHex } from './binance-auth.js';
import { marketEvents, userEvent } from './binance-events.js';
import { refuse } from './binance-wire.js';
import type { FakeAccount, StreamMood, WireAnswer, World } from '../world.js';

interface Request {
  id: string | number;
  method: string;
  params?: unknown;
}

/**
 * The account whose key signed a request of the websocket API: the signature covers its parameters sorted by name.
 * https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/user-data-stream-requests
 */
function signerOf(world: World, { params }: Request): { account: FakeAccount } | WireAnswer {
  const { signature, ...rest } = (params ?? {}) as Record<string, string | number>;
  const signed = new URLSearchParams(Object.entries(rest).map(([name, value]): [string, string] => [name, `${value}`]));
  signed.sort();
  const account = world.accounts.find(({ apiKey }) => apiKey === rest.apiKey);
  if (!account?.canRead) return refuse(-2015, 'Invalid API-key, IP, or permissions for action.', 401);
  const late = checkClock(signed, world.now());
  if (late) return late;
  if (signature === hmacHex(account.secret, signed.toString())) return { account };
  return refuse(-1022, 'Signature for this request is not valid.');
}

/** The websockets of Binance: market streams, and the websocket API with the user's own events. */
export function createBinanceStreams(
  world: World,
  faultMode: StreamMood,
): { connect(socket: WebSocket, path: string): void } {
  const listeners = new Map<WebSocket, { streams: Set<string>; isCombined: boolean }>();
  const users = new Map<WebSocket, FakeAccount>();
  const say = (socket: WebSocket, message: object): void => {
    if (!faultMode.silent) socket.send(JSON.stringify(message));
  };
  world.engine.onEvent((event) => {
    if (event.type === 'price') {
      for (const [stream, data] of Object.entries(marketEvents(event.market, event.price, world.now()))) {
        for (const [socket, { streams, isCombined }] of listeners)
          if (streams.has(stream)) say(socket, isCombined ? { stream, data } : data);
      }
      return;
    }
    const told = userEvent(world, event);
    for (const [socket, { name }] of users)
      if (told && name === told.account) say(socket, { subscriptionId: 0, event: told.body });
  });

  const subscribe = (socket: WebSocket, { id, method, params }: Request): void => {
    const known = listeners.get(socket)?.streams;
    for (const name of params as string[]) {
      if (method === 'SUBSCRIBE') known?.add(name);
      else known?.delete(name);
    }
    say(socket, { result: null, id });
  };

  const subscribeUser = (socket: WebSocket, request: Request): void => {
    const { id } = request;
    const signer = signerOf(world, request);
    if ('body' in signer) return say(socket, { id, status: signer.status, error: signer.body, rateLimits: [] });
    users.set(socket, signer.account);
    say(socket, { id, status: 200, result: { subscriptionId: 0 }, rateLimits: [] });
  };

  const serveApi = (socket: WebSocket, request: Request): void => {
    if (request.method === 'userDataStream.subscribe.signature') return subscribeUser(socket, request);
    if (request.method === 'userDataStream.unsubscribe') users.delete(socket);
    const result = request.method === 'time' ? { serverTime: world.now() } : {};
    say(socket, { id: request.id, status: 200, result, rateLimits: [] });
  };

  return {
    connect(socket, path) {
      const isApi = path.startsWith('/ws-api/');
      if (!isApi) {
        const named = /^\/ws\/(.*@.*)$/.exec(path)?.[1];
        listeners.set(socket, { streams: new Set(named ? [named] : []), isCombined: path.startsWith('/stream') });
      }
      socket.on('close', () => {
        listeners.delete(socket);
        users.delete(socket);
      });
      socket.on('message', (data: Buffer) => {
        const request = JSON.parse(data.toString()) as Request;
        if (isApi) serveApi(socket, request);
        else subscribe(socket, request);
      });
    },
  };
}
