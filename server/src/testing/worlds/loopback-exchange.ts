import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A received request, with its parameters by name, from the query or the body. */
export interface WireRequest {
  method: string;
  path: string;
  params: Record<string, unknown>;
}

/**
 * A server with prepared answers that records its requests: `GET /path` -> the answer, or a function that creates it.
 */
export async function startLoopbackExchange(routes: Record<string, unknown>) {
  const requests: WireRequest[] = [];
  const server = createServer((incoming, response) => {
    const answer = async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const body = Buffer.concat(chunks).toString();
      const url = new URL(incoming.url ?? '/', 'http://loopback');
      const form = body.startsWith('{') ? JSON.parse(body) : Object.fromEntries(new URLSearchParams(body));
      const request: WireRequest = {
        method: incoming.method ?? '',
        path: url.pathname,
        params: { ...Object.fromEntries(url.searchParams), ...(form as Record<string, unknown>) },
      };
      requests.push(request);
      const found = routes[`${request.method} ${request.path}`];
      const given = typeof found === 'function' ? (found as (request: WireRequest) => unknown)(request) : found;
      response.writeHead(given === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(given === undefined ? '<html>404</html>' : JSON.stringify(given));
    };
    answer().catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
