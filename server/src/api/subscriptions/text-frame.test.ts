import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { textFrame } from './text-frame.js';

it('a client reads frames of every size between those of ws, in their order', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const opened = new Promise<{ wire: Duplex; socket: WebSocket }>((resolve) => {
    server.on('upgrade', (request, wire, head) => {
      wss.handleUpgrade(request, wire, head, (socket) => resolve({ wire, socket }));
    });
  });
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const { wire, socket } = await opened;
  const texts = [0, 1, 125, 126, 65_535, 65_536, 200_000].map((size) =>
    'é'
      .repeat(size / 2)
      .padEnd(size, 'x')
      .slice(0, size),
  );
  const sent = texts.flatMap((text) => [`ws says ${text.length}`, text, `{"payload":${text}}`]);
  const received: string[] = [];
  const all = new Promise<void>((resolve, reject) => {
    client.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) reject(new Error('a binary message'));
      received.push(data.toString());
      if (received.length === sent.length) resolve();
    });
    client.on('error', reject);
  });
  for (const text of texts) {
    socket.send(`ws says ${text.length}`);
    wire.write(textFrame([Buffer.from(text)]));
    wire.write(textFrame([Buffer.from('{"payload":'), Buffer.from(text), Buffer.from('}')]));
  }
  await all;
  expect(received).toEqual(sent);
  client.terminate();
  server.close();
});
