import net from 'node:net';
import { expect, it } from 'vitest';
import { openDatabase } from './database.js';

const url = new URL(process.env.DATABASE_URL ?? '');

/** A connection to the server that drops the first `count` connections when `statement` passes. */
async function openProxy(statement: string, count: number) {
  const sockets = new Set<net.Socket>();
  let dropped = 0;
  const server = net.createServer((socket) => {
    const upstream = net.connect(Number(url.port || 3306), url.hostname);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      sockets.add(from);
      from.on('error', () => undefined).on('close', () => to.destroy());
    }
    upstream.pipe(socket);
    socket.on('data', (chunk) => {
      if (dropped < count && chunk.includes(statement)) {
        dropped++;
        socket.destroy();
      } else upstream.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = new URL(url);
  address.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    url: address.href,
    dropped: () => dropped,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

// patches/mariadb@3.4.5.patch: without it, the driver rejects a second promise there, which cannot be handled and would
// end the process (and fails the test run).
it.each(['SET time_zone=', 'ISOLATION LEVEL'])(
  'a connection lost while it says "%s" is tried again and does not end the process',
  async (statement) => {
    const proxy = await openProxy(statement, 3);
    const db = openDatabase(proxy.url, { connectionLimit: 2 });
    try {
      expect(await db.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
      expect(proxy.dropped()).toBe(3);
    } finally {
      await db.close();
      await proxy.close();
    }
  },
);
