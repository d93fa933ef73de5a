import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Opens a websocket by hand, so that a test can stop reading at the socket. */
export async function rawSocket(apiUrl: string, cookie: string): Promise<Socket> {
  const upgrade = httpRequest(`${apiUrl}/graphql`, {
    headers: {
      ...{ connection: 'Upgrade', upgrade: 'websocket', cookie, 'sec-websocket-version': '13' },
      ...{ 'sec-websocket-key': Buffer.alloc(16).toString('base64'), 'sec-websocket-protocol': 'graphql-transport-ws' },
    },
  });
  upgrade.end();
  const [, socket] = (await once(upgrade, 'upgrade')) as [unknown, Socket];
  return socket;
}

/** A masked pong without a body. */
export const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);

/** A masked text frame (RFC 6455) with a mask of zeros. */
export function frame(message: object): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const length = Buffer.alloc(2);
  length.writeUInt16BE(body.length);
  return Buffer.concat([Buffer.from([0x81, 0x80 | 126]), length, Buffer.alloc(4), body]);
}
