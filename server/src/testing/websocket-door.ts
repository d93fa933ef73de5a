import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

export interface WebsocketDoor {
  /** The result of an attempt to open a websocket: served, refused with a 503, or never answered. */
  door: 'open' | 'refuses' | 'hangs';
  /** The time of each attempt to open a websocket, by performance.now(). */
  readonly dials: number[];
}

/** Treats attempts to open a websocket as `state` says at that time. Returns what ends the attempts that are not answered. */
export function guardDoor(
  http: Server,
  state: WebsocketDoor,
  serve: (request: IncomingMessage, socket: Duplex, head: Buffer) => void,
): () => void {
  const hanging: Duplex[] = [];
  http.on('upgrade', (request, socket, head) => {
    state.dials.push(performance.now());
    // A client that gives up resets the connection. Without a listener, that would end the process.
    socket.on('error', () => undefined);
    if (state.door === 'hangs') return void hanging.push(socket);
    if (state.door === 'open') return serve(request, socket, head);
    socket.end('HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n');
  });
  return () => hanging.splice(0).forEach((socket) => socket.destroy());
}
