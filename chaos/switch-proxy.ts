import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** Stands in front of a database as the address of a failover does. */
export interface SwitchProxy {
  port: number;
  /** Cuts every connection in the middle of what it does, and takes none until `up`. */
  down(): void;
  up(): void;
  close(): void;
}

export async function startSwitchProxy(target: URL): Promise<SwitchProxy> {
  const sockets = new Set<Socket>();
  let isUp = true;
  const cut = () => sockets.forEach((socket) => socket.destroy());
  const server = createServer((client) => {
    if (!isUp) return void client.destroy();
    const upstream = connect(Number(target.port || 3306), target.hostname);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
    }
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
    client.pipe(upstream).pipe(client);
    return undefined;
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    down() {
      isUp = false;
      cut();
    },
    up: () => void (isUp = true),
    close() {
      cut();
      server.close();
    },
  };
}
