import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A bare websocket server on a free port. `send` sends one text to every client. */
export async function openBroadcast(): Promise<{ url: string; send(text: string): void }> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send(text) {
      for (const client of server.clients) client.send(text);
    },
  };
}
