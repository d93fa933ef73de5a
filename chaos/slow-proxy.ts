import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A proxy in front of a server that passes on every byte, with half of the delay in each direction. */
export async function startSlowProxy(
  target: { host: string; port: number },
  roundTripMs: number,
): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>();
  const late = (from: Socket, to: Socket): void => {
    from.on('data', (chunk) => void setTimeout(() => to.writable && to.write(chunk), roundTripMs / 2));
    from.on('close', () => void setTimeout(() => to.destroy(), roundTripMs / 2));
    from.on('error', () => from.destroy());
  };
  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    for (const socket of [client, upstream]) {
      socket.setNoDelay(true);
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    late(client, upstream);
    late(upstream, client);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
