import { existsSync } from 'node:fs';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';

/**
 * Who may use a route of the server:
 * public      anybody: it shows nothing of a user and changes nothing
 * operations  every operation in the request has its own rule (graphql/access.ts, graphql/scopes.ts)
 * reader      a session or an API token, and it shows only what is its owner's
 * person      a session, no API token
 * sender      whoever knows the code of a webhook and passes the checks of its source
 * refused     nobody: it only says which method is right
 */
export type RouteRule = 'public' | 'operations' | 'reader' | 'person' | 'sender' | 'refused';

/** The rule of every route, by method and address. */
export const ROUTE_RULES: Readonly<Record<string, RouteRule>> = {
  'GET /healthz': 'public',
  'GET /readyz': 'public',
  'GET /startupz': 'public',
  'GET /openapi.json': 'public',
  'GET /export/:list': 'reader',
  'GET /reference': 'reader',
  'GET /reference.md': 'reader',
  'GET /reference/errors.md': 'reader',
  'GET /reference/schema.graphql': 'reader',
  'GET /llms.txt': 'reader',
  'GET /explorer': 'person',
  'GET /explorer/options.js': 'person',
  'GET /explorer/*': 'person',
  'POST /graphql': 'operations',
  'GET /graphql': 'refused',
  'PUT /graphql': 'refused',
  'PATCH /graphql': 'refused',
  'DELETE /graphql': 'refused',
  'POST /webhooks/:code': 'sender',
  'GET /webhooks/:code/receipts/:receipt': 'sender',
  'GET /webhooks/:code': 'refused',
  'PUT /webhooks/:code': 'refused',
  'PATCH /webhooks/:code': 'refused',
  'DELETE /webhooks/:code': 'refused',
  'OPTIONS /webhooks/:code': 'refused',
};

/** HEAD is answered like GET, without the body. */
const nameOf = (method: string, url: string): string => `${method === 'HEAD' ? 'GET' : method} ${url}`;

export interface Route {
  method: string;
  url: string;
}

/**
 * Makes the server refuse to start with a route that has no rule, so that none is added unnoticed. Files of the built
 * page (`distDir`) are public. Returns the routes as they are added.
 */
export function requireRouteRules(fastify: FastifyInstance, distDir?: string): readonly Route[] {
  const routes: Route[] = [];
  fastify.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      const isRead = distDir !== undefined && /^(GET|HEAD)$/.test(one);
      const isPageFile = isRead && existsSync(path.join(distDir, decodeURI(url)));
      if (!isPageFile && !(nameOf(one, url) in ROUTE_RULES))
        throw new Error(`${one} ${url} has no rule: add it to roles/route-rules.ts`);
      routes.push({ method: one, url });
    }
  });
  return routes;
}
