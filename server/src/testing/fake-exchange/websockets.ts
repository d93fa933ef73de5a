import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import type { StreamMood } from './world.js';

/** The websockets of the fake exchange and their faults. */
export interface FakeStreams extends StreamMood {
  /** The result of an attempt to open a websocket: served, refused with a 503, or never answered. */
  door: 'open' | 'refuses' | 'hangs';
  /** The time of each attempt to open a websocket, by performance.now(). */
  readonly dials: number[];
  /** Every message of a client, in order. */
  readonly asked: string[];
  openSockets(): number;
  /** Breaks all websockets without a close message. */
  drop(): void;
  /** Sends these characters to every client. */
  say(text: string): void;
}

export function serveWebsockets(
  http: Server,
  connect: (socket: WebSocket, path: string) => void,
  faultMode: StreamMood,
): FakeStreams & { close(): void } {
  const sockets = new Set<WebSocket>();
  const hanging: Duplex[] = [];
  const server = new WebSocketServer({ noServer: true });
  const streams: FakeStreams & { close(): void } = {
    ...{ door: 'open', dials: [], asked: [] },
    get silent() {
      return faultMode.silent;
    },
    set silent(value) {
      faultMode.silent = value;
    },
    openSockets: () => sockets.size,
    drop: () => sockets.forEach((socket) => socket.terminate()),
    say: (text) => sockets.forEach((socket) => socket.send(text)),
    close() {
      streams.drop();
      for (const socket of hanging.splice(0)) socket.destroy();
    },
  };
  http.on('upgrade', (request, socket, head) => {
    streams.dials.push(performance.now());
    if (streams.door === 'hangs') return void hanging.push(socket);
    if (streams.door === 'refuses') {
      return void socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
    }
    server.handleUpgrade(request, socket, head, (client) => {
      sockets.add(client);
      client.on('close', () => sockets.delete(client));
      client.on('error', () => client.terminate());
      client.on('message', (data: Buffer) => streams.asked.push(data.toString()));
      connect(client, new URL(request.url ?? '/', 'http://localhost').pathname);
    });
  });
  return streams;
}
