import net from 'node:net';
import fc from 'fast-check';
import { afterEach, expect, it } from 'vitest';
import { openRedis, reconnectDelayMs, type RedisLink } from './redis.js';
import { eventually } from '../../testing/eventually.js';

const url = process.env.REDIS_URL ?? '';
const cleanUp: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});
const open = async (address: string, logged: string[] = []): Promise<RedisLink> => {
  const note = (...parts: unknown[]) => void logged.push(String(parts.at(-1)));
  const link = await openRedis(address, 'test:', { info: note, warn: note });
  cleanUp.push(() => link.close());
  return link;
};
const until = (holds: () => boolean) => eventually(() => expect(holds()).toBe(true));

/** A connection to Redis that can be cut and restored. */
async function openProxy() {
  const target = new URL(url);
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(target.port || 6379), target.hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
      from.pipe(to);
    }
  });
  const listen = (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  await listen(0);
  const { port } = server.address() as net.AddressInfo;
  const cut = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
      sockets.clear();
    });
  const address = new URL(url);
  address.host = `127.0.0.1:${port}`;
  return { url: address.href, cut, mend: () => listen(port) };
}

it('fails commands at once while the server is down, reconnects by itself, and logs each once', async () => {
  const proxy = await openProxy();
  const logged: string[] = [];
  const link = await open(proxy.url, logged);
  expect(await link.commands.ping()).toBe('PONG');
  expect(link.isUp()).toBe(true);

  await proxy.cut();
  await until(() => !link.isUp());
  await expect(link.commands.ping()).rejects.toThrow();
  await until(() => logged.length > 0);
  await proxy.mend();
  cleanUp.push(proxy.cut);
  await until(() => link.isUp());
  expect(await link.commands.ping()).toBe('PONG');
  expect(logged).toEqual(['redis is away, going on without it', 'redis is back']);
});

it('subscribes again after the connection was lost', async () => {
  const proxy = await openProxy();
  const link = await open(proxy.url);
  const direct = await open(url);
  const channel = `test-${process.pid}-channel`;
  const received: string[] = [];
  link.subscriber.on('message', (_, text) => received.push(text));
  await link.subscriber.subscribe(channel);
  await direct.commands.publish(channel, 'before');
  await until(() => received.length === 1);

  await proxy.cut();
  await until(() => !link.isUp());
  await proxy.mend();
  cleanUp.push(proxy.cut);
  await eventually(async () => expect(await direct.commands.publish(channel, 'after')).toBeGreaterThan(0));
  await until(() => received.includes('after'));
});

it('opens without a server, and starts the subscriptions made meanwhile when the server comes up', async () => {
  const proxy = await openProxy();
  await proxy.cut();
  const logged: string[] = [];
  const link = await open(proxy.url, logged);
  expect(link.isUp()).toBe(false);
  await expect(link.commands.get('a')).rejects.toThrow();
  const subscribed = link.subscriber.subscribe(`test-${process.pid}-late`);
  await proxy.mend();
  cleanUp.push(proxy.cut);
  expect(await subscribed).toBe(1);
  await until(() => link.isUp());
  expect(logged).toEqual(['redis is away, going on without it', 'redis is back']);
});

it('closes at once while the server is down', async () => {
  const proxy = await openProxy();
  const link = await open(proxy.url);
  await proxy.cut();
  await until(() => link.commands.status === 'reconnecting' && link.subscriber.status === 'reconnecting');
  await link.close();
  expect(link.isUp()).toBe(false);
});

it('waits between half a step and a whole one, never more than two seconds', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const wait = reconnectDelayMs(attempt, () => random);
      expect(wait).toBeGreaterThanOrEqual(25);
      expect(wait).toBeLessThanOrEqual(2_000);
    }),
  );
  expect([1, 2, 3].map((attempt) => reconnectDelayMs(attempt, () => 1))).toEqual([50, 100, 200]);
});
