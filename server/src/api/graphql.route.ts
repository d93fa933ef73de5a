import type { ApolloServer } from '@apollo/server';
import { fastifyApolloHandler } from '@as-integrations/fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError, type GraphQLSchema } from 'graphql';
import { readBearer } from '../auth/tokens/api-token.js';
import { BAD_TOKEN, type Credentials, type Identity } from '../auth/auth.js';
import type { ApiServices, CostReport, GraphqlContext, RequestFacts } from '../graphql/context.js';
import { createGraphqlContext } from './create-graphql-context.js';
import { requestScope } from '../infra/request-scope.js';
import { beginStep, type Step } from '../infra/trace.js';
import { count, observeMs } from '../infra/metrics/metrics.js';
import {
  type Admission,
  type BudgetKey,
  type Budgets,
  isBrake,
  operationBudget,
  rateHeaders,
} from './limits/budgets.js';
import { createRefusalPace, type RefusalPace } from './limits/refusal-pace.js';
import { createRequestMeter, queryOf, type Measured } from './limits/measure-request.js';
import type { PersistedOperations } from './persisted-operations.js';
import { credentialOf, HOLD_HEADER, KNOWN_HEADER, requestFacts } from './request-facts.js';

const BODY_LIMIT_BYTES = 256 * 1024;

/** The credentials of a request. Tokens are read from the Authorization header only, never from an address. */
export const credentialsOf = ({ ip }: RequestFacts, headers: FastifyRequest['raw']['headers']): Credentials => ({
  ...{ cookie: headers.cookie, authorization: headers.authorization, ip },
});

type KnownIdentity = Extract<Identity, { kind: 'known' }>;

/** Sent with a 401, see RFC 6750, section 3. */
export const BAD_TOKEN_HEADER = 'Bearer error="invalid_token"';

/** What the route knows about a request before it is read. */
interface Incoming {
  facts: RequestFacts;
  step: Step;
  credential: string | undefined;
  key: BudgetKey;
  /** The points that were taken for it. */
  points: number;
  /** The cost of its operation is among these points. */
  isCharged: boolean;
  /** The budget was used up when it arrived. */
  refusal?: Extract<Admission, { ok: false }>;
  /** Whose request it is, once its credentials are checked. */
  identity?: KnownIdentity;
}

function contextOf(
  services: ApiServices,
  { budgets, incoming }: { budgets: Budgets; incoming: Incoming },
  reply: FastifyReply,
): GraphqlContext {
  const { credential, identity } = incoming;
  const { viewer, cookie } = identity ?? { viewer: null };
  if (credential !== undefined) {
    budgets.learn(credential, viewer?.userId ?? null);
    incoming.key = budgets.keyOf(credential, incoming.facts.ip);
    if (viewer) void reply.header(KNOWN_HEADER, '1');
  }
  const setCookie = (value: string) => void reply.header('set-cookie', value);
  if (cookie) setCookie(cookie);
  const budget = operationBudget(budgets, incoming);
  return createGraphqlContext(services, { viewer, setCookie, request: incoming.facts, budget });
}

/** The type of a refusal that Apollo does not write: what the client asked for, as Apollo answers it. */
const typeFor = ({ headers }: FastifyRequest): string =>
  `application/${/graphql-response\+json/.test(headers.accept ?? '') ? 'graphql-response+json' : 'json'}; charset=utf-8`;

type Extensions = { cost: CostReport };

const refuse = (
  request: FastifyRequest,
  reply: FastifyReply,
  { status, code, message, extensions }: { status: number; code: string; message: string; extensions?: Extensions },
) =>
  reply
    .code(status)
    .type(typeFor(request))
    .send({ errors: [{ message, extensions: { code, requestId: request.id } }], ...(extensions && { extensions }) });

function tooManyRequests(
  request: FastifyRequest,
  reply: FastifyReply,
  { key, refusal, extensions }: Incoming & { extensions: Extensions },
): FastifyReply {
  const { retryAfterMs = 1_000, what = 'requests' } = refusal ?? {};
  count('graphql_refusals_total', { why: what });
  const message = `You have used all your ${what} of this minute. Try again in ${Math.ceil(retryAfterMs / 1_000)} s.`;
  if (key.startsWith('address:')) void reply.header(HOLD_HEADER, String(retryAfterMs));
  return reply
    .code(429)
    .type(typeFor(request))
    .header('retry-after', String(Math.ceil(retryAfterMs / 1_000)))
    .send({
      errors: [{ message, extensions: { code: 'RATE_LIMITED', retryAfterMs, requestId: request.id } }],
      extensions,
    });
}

/** Answered late, so that a refused client cannot ask again at once. */
const later = (
  { pace, key, firstMs }: { pace: RefusalPace; key: BudgetKey; firstMs?: number },
  reply: FastifyReply,
  answer: () => FastifyReply,
): Promise<FastifyReply> =>
  new Promise((resolve) => {
    const cancel = pace.holdBack(key, () => resolve(answer()), firstMs);
    reply.raw.once('close', () => {
      cancel();
      resolve(reply);
    });
  });

const costOf = (budgets: Budgets, { key, points }: Incoming): Extensions => ({
  cost: { points, ...budgets.standing(key) },
});

/** Admits a request by its budget before anything of it is read, and answers what is left. */
function admitByBudget(
  fastify: FastifyInstance,
  services: ApiServices,
  { budgets, arrivals }: { budgets: Budgets; arrivals: WeakMap<FastifyRequest['raw'], Incoming> },
): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.header('cache-control', 'no-store');
    const facts = requestFacts(services, request.id, request.raw);
    const credential = credentialOf(request.headers);
    const key = budgets.keyOf(credential, facts.ip);
    const admission = budgets.admit(key);
    const step = beginStep('graphql request', request.raw.headers.traceparent);
    void reply.header('traceresponse', step.traceparent);
    const incoming: Incoming = {
      ...{ facts, credential, key, step, points: 0, isCharged: false },
      ...(!admission.ok && { refusal: admission }),
    };
    arrivals.set(request.raw, incoming);
    // The body of a stranger is not read. That of a user may ask to stop or close, for which there is a reserve.
    if (incoming.refusal && key.startsWith('address:')) {
      return tooManyRequests(request, reply, { ...incoming, extensions: costOf(budgets, incoming) });
    }
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const step = arrivals.get(request.raw)?.step;
    step?.set({ 'http.response.status_code': reply.statusCode });
    step?.end(reply.statusCode >= 500 ? reply.statusCode : undefined);
    count('graphql_requests_total', { status: `${Math.floor(reply.statusCode / 100)}xx` });
    observeMs('graphql_request_seconds', reply.elapsedTime);
    done();
  });
  fastify.addHook('onSend', (request, reply, _payload, done) => {
    const incoming = arrivals.get(request.raw);
    if (incoming) void reply.headers(rateHeaders(budgets.standing(incoming.key)));
    done();
  });
}

/** Takes the points of a request. Returns why it is refused: a fault of the document, or an empty budget. */
function spend(budgets: Budgets, body: unknown, { incoming, measured }: { incoming: Incoming; measured: Measured }) {
  const isReserved = (): boolean => isBrake(queryOf(body)) && budgets.admitBrake(incoming.key).ok;
  const wasReserved = incoming.refusal !== undefined;
  if (wasReserved && !isReserved()) return incoming.refusal;
  budgets.charge(incoming.key, measured.reading);
  incoming.points += measured.reading;
  if (measured.fault || measured.cost === undefined) return undefined;
  const spent = wasReserved ? { ok: true as const } : budgets.spend(incoming.key, measured.cost);
  if (!spent.ok && !isReserved()) return spent;
  incoming.points += measured.cost;
  incoming.isCharged = true;
  return undefined;
}

/** Puts the text of a persisted operation into the body. Returns why its document is not accepted. */
function takeDocument(operations: PersistedOperations, request: FastifyRequest): GraphQLError | undefined {
  const { body, headers } = request;
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const query = operations.resolve(body, { hasToken: readBearer(headers.authorization).kind !== 'none' });
  if (query instanceof GraphQLError) return query;
  if ('documentId' in body) {
    const { documentId: _, ...rest } = body;
    request.body = { ...rest, query };
  }
  return undefined;
}

/** GraphQL over HTTP: POST only, JSON only, one operation per request. */
export function graphqlRoute(
  services: ApiServices,
  {
    apollo,
    schema,
    budgets,
    operations,
  }: {
    apollo: ApolloServer<GraphqlContext>;
    schema: GraphQLSchema;
    budgets: Budgets;
    operations: PersistedOperations;
  },
) {
  const arrivals = new WeakMap<FastifyRequest['raw'], Incoming>();
  const measure = createRequestMeter(schema);
  const pace = createRefusalPace();

  return async (fastify: FastifyInstance): Promise<void> => {
    admitByBudget(fastify, services, { budgets, arrivals });
    // This comes after the body was read, because reading it leaves the asynchronous scope.
    fastify.addHook('preHandler', (request, _reply, done) => {
      const traceId = arrivals.get(request.raw)?.step.traceId;
      requestScope.run({ requestId: request.id, ...(traceId && { traceId }) }, done);
    });
    answerErrors(fastify);
    const handler = fastifyApolloHandler(apollo, {
      context: async (request, reply) =>
        contextOf(services, { budgets, incoming: mustHave(arrivals.get(request.raw)) }, reply),
    });
    fastify.post('/graphql', { bodyLimit: BODY_LIMIT_BYTES }, async function (request, reply) {
      const incoming = mustHave(arrivals.get(request.raw));
      const unknown = takeDocument(operations, request);
      // A refused document is not parsed, unless it may be one of the reserve.
      const measured = incoming.refusal && !isBrake(queryOf(request.body)) ? { reading: 0 } : measure(request.body);
      const refusal = spend(budgets, request.body, { incoming, measured });
      const extensions = costOf(budgets, incoming);
      const { key } = incoming;
      if (refusal)
        return later({ pace, key }, reply, () => tooManyRequests(request, reply, { ...incoming, refusal, extensions }));
      const fault = unknown ?? measured.fault;
      if (fault) {
        count('graphql_refusals_total', { why: 'document' });
        const { message, extensions: details } = fault;
        const status = details.code === 'FORBIDDEN' ? 403 : 400;
        const answer = { status, code: String(details.code), message, extensions };
        return later({ pace, key, firstMs: 0 }, reply, () => refuse(request, reply, answer));
      }
      const identity = await services.auth.identify(credentialsOf(incoming.facts, request.raw.headers));
      if (identity.kind === 'refused') {
        count('graphql_refusals_total', { why: 'credentials' });
        void reply.header('www-authenticate', BAD_TOKEN_HEADER);
        return refuse(request, reply, { status: 401, code: 'UNAUTHENTICATED', message: BAD_TOKEN, extensions });
      }
      incoming.identity = identity;
      return handler.call(this, request, reply);
    });
    fastify.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: '/graphql',
      handler: (request, reply) => {
        void reply.header('allow', 'POST');
        const message = 'Send GraphQL by POST, subscriptions by websocket.';
        return refuse(request, reply, { status: 405, code: 'BAD_REQUEST', message });
      },
    });
  };
}

function answerErrors(fastify: FastifyInstance): void {
  fastify.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status >= 500) {
      request.log.error({ err: error }, 'a GraphQL request failed');
      const message = 'Something went wrong on the server. Quote the request id when you report it.';
      return refuse(request, reply, { status: 500, code: 'INTERNAL', message });
    }
    const message =
      status === 413 ? 'The body is larger than 256 KiB.' : 'The body is not JSON that this server can read.';
    return refuse(request, reply, { status, code: 'BAD_REQUEST', message });
  });
}

function mustHave<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a request skipped the first hook');
  return value;
}
