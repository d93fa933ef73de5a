import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parse, type GraphQLError } from 'graphql';
import type { Credentials, Identity } from '../auth/auth.js';
import type { ApiServices, GraphqlContext, RequestFacts } from '../graphql/context.js';
import { createGraphqlContext } from './create-graphql-context.js';
import { requestScope } from '../graphql/errors.js';
import { requestFacts } from './request-facts.js';
import { checkSize, TOKENS_MAX } from '../graphql/limits.js';

const BAD_TOKEN = 'The API token is not valid: it was revoked, has expired, or may not be used from this address.';
const BODY_LIMIT_BYTES = 256 * 1024;

/** The credentials of a request. Tokens are read from the Authorization header only, never from an address. */
export const credentialsOf = ({ ip }: RequestFacts, headers: FastifyRequest['raw']['headers']): Credentials => ({
  ...{ cookie: headers.cookie, authorization: headers.authorization, ip },
});

type KnownIdentity = Extract<Identity, { kind: 'known' }>;

/** Sent with a 401, see RFC 6750, section 3. */
export const BAD_TOKEN_HEADER = 'Bearer error="invalid_token"';

function contextOf(
  services: ApiServices,
  { viewer, cookie }: KnownIdentity,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): GraphqlContext {
  const setCookie = (value: string) => void reply.header('set-cookie', value);
  if (cookie) setCookie(cookie);
  return createGraphqlContext(services, {
    viewer,
    setCookie,
    request: requestFacts(services, request.id, request.raw),
  });
}

/** Documents whose size was already checked and accepted. The page sends the same few repeatedly. */
const KNOWN_MAX = 500;

/** GraphQL over HTTP: POST only, JSON only, one operation per request. */
export function graphqlRoute(services: ApiServices, apollo: ApolloServer<GraphqlContext>) {
  const known = new Set<string>();
  /** Validating a document compares its fields pair by pair, so a document that is too large is refused before that. */
  const sizeFault = (body: unknown): GraphQLError | undefined => {
    const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
    if (typeof query !== 'string' || known.has(query)) return undefined;
    try {
      const fault = checkSize(parse(query, { maxTokens: TOKENS_MAX, noLocation: true }));
      if (fault) return fault;
    } catch {
      return undefined; // Apollo reports what is wrong with it.
    }
    if (known.size >= KNOWN_MAX) known.clear();
    known.add(query);
    return undefined;
  };
  const refuse = (request: FastifyRequest, reply: FastifyReply, status: number, code: string, message: string) =>
    reply.code(status).send({ errors: [{ message, extensions: { code, requestId: request.id } }] });

  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.addHook('onRequest', (_request, reply, done) => {
      void reply.header('cache-control', 'no-store');
      done();
    });
    // This comes after the body was read, because reading it leaves the asynchronous scope.
    fastify.addHook('preHandler', (request, _reply, done) => requestScope.run({ requestId: request.id }, done));
    fastify.setErrorHandler((error: FastifyError, request, reply) => {
      const status = error.statusCode ?? 500;
      if (status >= 500) request.log.error({ err: error }, 'a GraphQL request failed');
      const message =
        status === 413 ? 'The body is larger than 256 KiB.' : 'The body is not JSON that this server can read.';
      return status >= 500
        ? refuse(
            request,
            reply,
            500,
            'INTERNAL',
            'Something went wrong on the server. Quote the request id when you report it.',
          )
        : refuse(request, reply, status, 'BAD_REQUEST', message);
    });
    const identities = new WeakMap<FastifyRequest, KnownIdentity>();
    const handler = fastifyApolloHandler(apollo, {
      context: async (request, reply) =>
        contextOf(services, identities.get(request) ?? { kind: 'known', viewer: null }, { request, reply }),
    });
    fastify.post('/graphql', { bodyLimit: BODY_LIMIT_BYTES }, async function (request, reply) {
      const facts = requestFacts(services, request.id, request.raw);
      const identity = await services.auth.identify(credentialsOf(facts, request.raw.headers));
      if (identity.kind === 'refused') {
        void reply.header('www-authenticate', BAD_TOKEN_HEADER);
        return refuse(request, reply, 401, 'UNAUTHENTICATED', BAD_TOKEN);
      }
      identities.set(request, identity);
      const fault = sizeFault(request.body);
      if (fault) return refuse(request, reply, 400, String(fault.extensions.code), fault.message);
      return handler.call(this, request, reply);
    });
    fastify.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (request, reply) =>
        refuse(
          request,
          reply.header('allow', 'POST'),
          405,
          'BAD_REQUEST',
          'Send GraphQL by POST, subscriptions by websocket.',
        ),
    });
  };
}
