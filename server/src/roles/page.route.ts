import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const DAY_SEC = 86_400;
const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>mvcashnode</title>
<h1>The page has not been built</h1>
<p>The server runs: GraphQL is at <code>/graphql</code>, webhooks at <code>/webhooks/&lt;code&gt;</code>.
Build the page with <code>npm start</code>, or open the development server of <code>npm run dev</code>.</p></html>`;

/** Addresses that are never a view of the page, so that a misspelled one is answered with 404. */
const NOT_PAGES =
  /^\/(graphql|webhooks|assets|healthz|readyz|openapi\.json|export|reference|reference\.md|llms\.txt|explorer)(\/|$)/;

/**
 * Serves the built page, compressed as the browser allows: hashed assets are cached forever, everything else is
 * revalidated; unknown paths are views of the page.
 */
export async function servePage(fastify: FastifyInstance, distDir: string): Promise<void> {
  const isBuilt = existsSync(path.join(distDir, 'index.html'));
  if (isBuilt) {
    await fastify.register(fastifyStatic, {
      root: distDir,
      index: false,
      // One route per file: every other path, including the root, is a view of the page.
      wildcard: false,
      cacheControl: false,
      // The build has written each file in brotli and gzip too.
      preCompressed: true,
      setHeaders(reply, file) {
        const isHashed = path.relative(distDir, file).startsWith(`assets${path.sep}`);
        void reply.header('cache-control', isHashed ? `public, max-age=${365 * DAY_SEC}, immutable` : 'no-cache');
        void reply.header('vary', 'accept-encoding');
      },
    });
  }
  fastify.setNotFoundHandler((request, reply) => {
    const isPage = request.method === 'GET' || request.method === 'HEAD';
    if (!isPage || NOT_PAGES.test(request.url.split('?')[0] ?? '')) {
      return reply.code(404).send({ error: { code: 'NOT_FOUND', message: 'There is nothing at this address.' } });
    }
    if (!isBuilt)
      return reply.code(503).type('text/html; charset=utf-8').header('cache-control', 'no-store').send(NOT_BUILT);
    return reply.sendFile('index.html');
  });
}
