import { once } from 'node:events';
import { createServer as createHttp } from 'node:http';
import { connect, createServer as createTcp, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../../../testing/eventually.js';
import { openRealExchange } from '../../../testing/worlds/real-exchange.js';
import type { Credentials } from './open-api.js';

const opened: { stop(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).reverse()) await each.stop();
});

const sockets = new Set<Socket>();
async function listen(server: Server): Promise<number> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  opened.push({
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  });
  return (server.address() as AddressInfo).port;
}
const join = (one: Socket, other: Socket) => {
  one.pipe(other).pipe(one);
  other.on('error', () => one.destroy());
};

/** An HTTP proxy that accepts a user and password and records the targets. */
async function httpProxy() {
  const seen: string[] = [];
  const server = createHttp().on('connect', (request, socket: Socket) => {
    const password = Buffer.from(
      request.headers['proxy-authorization']?.slice('Basic '.length) ?? '',
      'base64',
    ).toString();
    seen.push(`${request.url} ${password}`);
    if (password !== 'user:p@ss') return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const [host, port] = (request.url ?? '').split(':');
    const target = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(target, socket);
    });
  });
  return { seen, port: await listen(server) };
}

/** SOCKS5 (RFC 1928) with a user name and a password (RFC 1929), for addresses of IPv4. */
async function socksProxy() {
  const seen: string[] = [];
  const server = createTcp((socket) => {
    const serve = async () => {
      const next = async () => (await once(socket, 'data'))[0] as Buffer;
      await next();
      socket.write(Buffer.from([5, 2]));
      const signIn = await next();
      const userLength = signIn[1] ?? 0;
      const user = signIn.subarray(2, 2 + userLength).toString();
      socket.write(Buffer.from([1, 0]));
      const wanted = await next();
      const [host, port] = [wanted.subarray(4, 8).join('.'), wanted.readUInt16BE(8)];
      seen.push(`${user} ${host}:${port}`);
      const target = connect(port, host, () => {
        socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
        join(target, socket);
      });
    };
    serve().catch(() => socket.destroy());
  });
  return { seen, port: await listen(server) };
}

async function open(proxyUrl: string, allowPrivateProxies: boolean) {
  const account: { credentials?: Credentials } = {};
  const real = await openRealExchange(
    { dialect: 'binance' },
    { allowPrivateProxies, loadCredentials: async () => account.credentials },
  );
  opened.push(real);
  real.fake.setPrice('BTC/USDT', { last: '100000' });
  const { apiKey, secret } = real.fake.credentials;
  account.credentials = { apiKey, apiSecret: secret, passphrase: null, proxyUrl, testnet: false, version: 1 };
  return real;
}
const buy = (n: number) =>
  ({
    clientOrderId: `xA${String(n).padStart(16, '0')}`,
    symbol: 'BTC/USDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.01',
  }) as const;

describe('The proxy of an account', () => {
  it('carries everything over one keep-alive connection, with its password', async () => {
    const proxy = await httpProxy();
    const { fake, exchange } = await open(`http://user:p%40ss@127.0.0.1:${proxy.port}`, true);
    for (const n of [1, 2, 3]) expect(await exchange.place(buy(n))).toMatchObject({ kind: 'accepted' });
    expect(fake.orders().length).toBe(3);
    expect(proxy.seen).toEqual([`${new URL(fake.url).host} user:p@ss`]);
  });

  it('can be a SOCKS5 proxy', async () => {
    const proxy = await socksProxy();
    const { fake, exchange } = await open(`socks5://user:secret@127.0.0.1:${proxy.port}`, true);
    for (const n of [1, 2, 3]) expect(await exchange.place(buy(n))).toMatchObject({ kind: 'accepted' });
    expect(proxy.seen).toEqual([`user ${new URL(fake.url).host}`]);
  });

  it.each([
    ['http', httpProxy, 'http://user:p%40ss@'],
    ['SOCKS5', socksProxy, 'socks5://user:secret@'],
  ] as const)('carries the user stream too: %s', async (_, start, address) => {
    const proxy = await start();
    const { fake, exchange } = await open(`${address}127.0.0.1:${proxy.port}`, true);
    const heard: string[] = [];
    let gaps = 0;
    const stream = exchange.remote?.watchOrders?.({
      onOrder: ({ clientOrderId }) => void heard.push(clientOrderId),
      onGap: () => void gaps++,
    });
    if (stream) opened.push(stream);
    await eventually(() => expect(gaps).toBe(1));
    await exchange.place(buy(1));
    await eventually(() => expect(heard).toContain(buy(1).clientOrderId));
    expect(fake.streams.openSockets()).toBe(1);
    // It notices when the proxy cuts the connection.
    for (const socket of sockets) socket.destroy();
    await eventually(() => expect(gaps).toBe(2));
  });

  it('leaves the order unsent or unknown when it refuses us, never placed twice', async () => {
    const proxy = await httpProxy();
    const { fake, exchange } = await open(`http://user:wrong@127.0.0.1:${proxy.port}`, true);
    expect((await exchange.place(buy(1))).kind).not.toBe('accepted');
    expect(fake.requests).toEqual([]);
  });

  it.each(['http://127.0.0.1:1', 'socks5://0x7f.1:1', 'socks5://localhost:1', 'http://user:hunter2@10.0.0.1:1'])(
    'at the private address %s is refused, in words without its password, and nothing is sent',
    async (proxyUrl) => {
      const { fake, exchange } = await open(proxyUrl, false);
      const outcome = await exchange.place(buy(1));
      expect(outcome).toMatchObject({ kind: 'refused', code: 'EXCHANGE_REFUSED' });
      expect(JSON.stringify(outcome)).toMatch(/private address/);
      expect(JSON.stringify(outcome)).not.toContain('hunter2');
      expect(fake.requests).toEqual([]);
    },
  );
});
