import { once } from 'node:events';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';

/** How often each backend is asked for /readyz. */
const ASK_EVERY_MS = 100;
const ASK_LIMIT_MS = 2_000;
const ANSWER_LIMIT_MS = 60_000;

/** A proxy in front of several API processes, as nginx or Caddy would be. */
export interface LoadBalancer {
  /** 'http://127.0.0.1:40000' */
  url: string;
  /** How many requests each backend answered, by its port. */
  answered: ReadonlyMap<number, number>;
  stop(): Promise<void>;
}

interface Backend {
  port: number;
  isReady: boolean;
}

/**
 * Distributes requests in turn. A backend whose /readyz does not answer 200 is passed over, and so is one that refuses the
 * connection, because nothing was sent to it. A request that was sent is never sent again: if its connection breaks, the
 * client gets 502. Connections to the backends are kept and used again.
 */
export async function startLoadBalancer(port: number, ports: readonly number[]): Promise<LoadBalancer> {
  const backends = ports.map((each): Backend => ({ port: each, isReady: false }));
  const answered = new Map(ports.map((each) => [each, 0]));
  const agent = new http.Agent({ keepAlive: true });
  let turn = 0;
  /** The ready ones in their turn, then the others. */
  const candidates = (): Backend[] => {
    turn += 1;
    const rotated = backends.map((_, index) => backends[(index + turn) % backends.length] as Backend);
    return [...rotated.filter(({ isReady }) => isReady), ...rotated.filter(({ isReady }) => !isReady)];
  };
  const server = http.createServer((request, response) => {
    void pass(request, response, { candidates: candidates(), agent, answered });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on(
    'upgrade',
    (request, socket: Socket, head) => void tunnel(request, { socket, head, candidates: candidates() }),
  );
  const asking = setInterval(() => backends.forEach((each) => void ask(each)), ASK_EVERY_MS);
  await Promise.all(backends.map(ask));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answered,
    async stop() {
      clearInterval(asking);
      agent.destroy();
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

function ask(backend: Backend): Promise<void> {
  return new Promise((resolve) => {
    const request = http.get({
      host: '127.0.0.1',
      port: backend.port,
      path: '/readyz',
      agent: false,
      timeout: ASK_LIMIT_MS,
    });
    const told = (isReady: boolean) => {
      backend.isReady = isReady;
      resolve();
    };
    request.on('response', (answer) => {
      answer.resume();
      told(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => told(false));
  });
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  { candidates, agent, answered }: { candidates: readonly Backend[]; agent: http.Agent; answered: Map<number, number> },
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  for (const { port } of candidates) {
    const answer = await sendOnce(request, Buffer.concat(chunks), { port, agent });
    if (answer === 'not connected') continue;
    if (answer === 'broken') break;
    answered.set(port, (answered.get(port) ?? 0) + 1);
    const { connection: _connection, ...headers } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, headers);
    answer.on('error', () => response.destroy());
    answer.pipe(response);
    return;
  }
  response.writeHead(502).end();
}

function sendOnce(
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  { port, agent }: { port: number; agent: http.Agent },
): Promise<IncomingMessage | 'not connected' | 'broken'> {
  return new Promise((resolve) => {
    const upstream = http.request({
      ...{ host: '127.0.0.1', port, method, path: url, agent, timeout: ANSWER_LIMIT_MS },
      headers: { ...headers, connection: 'keep-alive' },
    });
    let isConnected = false;
    upstream.on('socket', (socket) => {
      if (!socket.connecting) isConnected = true;
      else socket.once('connect', () => (isConnected = true));
    });
    upstream.on('response', resolve);
    upstream.on('timeout', () => upstream.destroy());
    upstream.on('error', () => resolve(isConnected ? 'broken' : 'not connected'));
    upstream.end(body);
  });
}

/** Passes the bytes of a websocket on, both ways. */
async function tunnel(
  { method, url, rawHeaders }: IncomingMessage,
  { socket, head, candidates }: { socket: Socket; head: Buffer; candidates: readonly Backend[] },
): Promise<void> {
  socket.on('error', () => undefined);
  for (const { port } of candidates) {
    const upstream = net.connect(port, '127.0.0.1');
    const isConnected = await once(upstream, 'connect').then(
      () => true,
      () => false,
    );
    if (!isConnected) continue;
    upstream.on('error', () => socket.destroy());
    const lines = rawHeaders.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${rawHeaders[index + 1]}`] : []));
    upstream.write(`${method} ${url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
    upstream.write(head);
    socket.pipe(upstream).pipe(socket);
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
    return;
  }
  socket.destroy();
}
