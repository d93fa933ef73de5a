import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { ApiServices } from '../../graphql/context.js';
import type { Budgets } from '../limits/budgets.js';
import { readersOnly } from '../readers-only.js';
import { servedDocuments, type ServedDocument } from './reference-documents.js';

/**
 * The reference of the API: HTML, Markdown, the schema, the error catalogue and llms.txt. Like introspection it is for
 * sessions and API tokens: strangers need not know what this server can do.
 */
export function referenceRoute(
  services: ApiServices,
  { schema, budgets }: { schema: GraphQLSchema; budgets: Budgets },
) {
  let documents: Record<string, ServedDocument> | undefined;
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.addHook('onRequest', readersOnly(services, budgets, { scope: 'read' }));
    for (const url of [
      '/reference',
      '/reference.md',
      '/reference/errors.md',
      '/reference/schema.graphql',
      '/llms.txt',
    ]) {
      fastify.get(url, (_request, reply) => {
        // Made at the first request: most processes are never asked for it.
        documents ??= servedDocuments(schema);
        const document = documents[url];
        return reply.type(document?.type ?? 'text/plain').send(document?.text);
      });
    }
  };
}
