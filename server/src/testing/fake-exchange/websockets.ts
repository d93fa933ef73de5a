import type { Server } from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';
import { guardDoor, type WebsocketDoor } from '../websocket-door.js';
import type { StreamMood } from './world.js';

/** The websockets of the fake exchange and their faults. */
export interface FakeStreams extends StreamMood, WebsocketDoor {
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
      endHanging();
    },
  };
  const endHanging = guardDoor(http, streams, (request, socket, head) => {
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
