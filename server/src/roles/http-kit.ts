import helmet from '@fastify/helmet';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Env } from '../env.js';
import { isServedHost } from './host-header.js';

/** Gives each request its id, and refuses those for a name that is not ours. */
export function checkHost(fastify: FastifyInstance, env: Pick<Env, 'PUBLIC_URL' | 'ALLOWED_HOSTS'>): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    if (isServedHost(request.headers.host, env)) return done();
    const message = 'This server is not called so. Its operator adds names with PUBLIC_URL and ALLOWED_HOSTS.';
    void reply.code(421).send({ error: { code: 'BAD_REQUEST', message, requestId: request.id } });
    return undefined;
  });
}

/** Answers errors that no route has handled. What went wrong is in the log only. */
export function reportErrors(fastify: FastifyInstance, log: Logger): void {
  fastify.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) log.error({ err: error, requestId: request.id }, 'a request failed');
    const code = status >= 500 ? 'INTERNAL' : 'BAD_REQUEST';
    const message = status >= 500 ? 'Something went wrong on the server.' : 'The request could not be read.';
    return reply.code(status).send({ error: { code, message, requestId: request.id } });
  });
}

/**
 * Security headers: everything the page needs comes from this server, no other site may frame it, and it loads nothing
 * from elsewhere.
 */
export async function secureHeaders(fastify: FastifyInstance, publicUrl: string): Promise<void> {
  const isHttps = publicUrl.startsWith('https:');
  await fastify.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': ["'self'"],
        'script-src': ["'self'"],
        // Dialogs, toasts and the chart add their own <style> elements to the page.
        'style-src': ["'self'", "'unsafe-inline'"],
        'img-src': ["'self'", 'data:'],
        'connect-src': ["'self'", new URL(publicUrl).origin.replace(/^http/, 'ws')],
        'object-src': ["'none'"],
        'base-uri': ["'none'"],
        'form-action': ["'self'"],
        'frame-ancestors': ["'none'"],
        ...(isHttps && { 'upgrade-insecure-requests': [] }),
      },
    },
    strictTransportSecurity: isHttps,
    referrerPolicy: { policy: 'no-referrer' },
  });
}
