import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  parse,
  subscribe,
  validate,
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
} from 'graphql';
import type { Context as WsContext, SubscribePayload } from 'graphql-ws';
import { useServer, type Extra } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Viewer } from '../auth/auth.js';
import { count, provide } from '../infra/metrics/metrics.js';
import type { ApiServices, GraphqlContext, StreamPlace } from '../graphql/context.js';
import { createGraphqlContext } from './create-graphql-context.js';
import { apiError, createErrorFormatter } from '../graphql/errors.js';
import { BAD_TOKEN_HEADER, credentialsOf } from './graphql.route.js';
import type { BudgetKey, Budgets } from './limits/budgets.js';
import { credentialOf, requestFacts } from './request-facts.js';
import type { PersistedOperations } from './persisted-operations.js';
import { UNAUTHENTICATED, watchSockets } from './watch-sockets.js';
import { createRefusalPace } from './limits/refusal-pace.js';
import { type CountedSocket, createSocketLimits, type SocketLimits } from './limits/socket-limits.js';
import { shareSubscription } from './subscriptions/share-subscription.js';
import { createSharedStreams, type StreamRequest } from './subscriptions/shared-stream.js';
import { checkOperation, checkSize, TOKENS_MAX } from '../graphql/limits.js';
import { checkVariables } from '../graphql/variables.js';

const TOO_MANY = '429 Too Many Requests';
/** Parsing and validating a document are work too. */
const CHARACTERS_PER_POINT = 10;
const MESSAGE_LIMIT_BYTES = 64 * 1024;
const OPERATIONS_MAX = 50;
/** Messages that a socket may send in ten seconds. */
const MESSAGES_MAX = 500;
const WINDOW_MS = 10_000;
const KEEP_ALIVE_MS = 12_000;
/** A client that has stopped reading does not answer a close either. */
const CLOSE_TIMEOUT_MS = 1_500;

/** Close codes of the graphql-ws protocol. */
const PASSWORD_CHANGE = [4403, 'Change your password first'] as const;
const TOO_MANY_SOCKETS = [4429, 'Too many sockets'] as const;
const TOO_MANY_MESSAGES = [4429, 'Too many messages'] as const;

/** Who opened a connection. `cookie` is set when the session was prolonged by connecting. */
interface Entrant extends CountedSocket {
  viewer: Viewer | null;
  cookie?: string | undefined;
  key: BudgetKey;
}

export interface WebsocketParts {
  services: ApiServices;
  schema: GraphQLSchema;
  budgets: Budgets;
  isServedHost: (host: string | undefined) => boolean;
  operations: PersistedOperations;
  /** Whether the program works. If not, pages get no signs of life. */
  isAlive: () => boolean;
}

type SocketExtra = Pick<Extra, 'socket' | 'request'>;
type Connection = WsContext<Record<string, unknown>, Extra>;

/**
 * Whether a page may open a socket. Browsers always send the origin of a page, and scripts cannot change it. They also
 * send the session cookie automatically, so pages of other origins must be refused here. Programs send no Origin.
 */
export function isOwnOrigin(origin: string | undefined, host: string | undefined, publicUrl: string): boolean {
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  const own = new URL(origin);
  return own.origin === new URL(publicUrl).origin || (own.host !== '' && own.host === host);
}

/** Subscriptions over graphql-ws on the path /graphql of `server`, under the hosts that are served. */
export function serveWebsocket(server: Server, parts: WebsocketParts): { dispose(): Promise<void> } {
  const { services, schema } = parts;
  const { app } = services;
  const limits = createSocketLimits(app.env);
  const viewers = new WeakMap<IncomingMessage, Entrant>();
  const wires = new WeakMap<WebSocket, Duplex>();
  const sockets = new Map<WebSocket, Viewer>();
  const formatError = createErrorFormatter(app.log);
  const wss = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES, perMessageDeflate: false });

  wss.on('headers', (headers, request) => {
    const cookie = viewers.get(request)?.cookie;
    if (cookie) headers.push(`Set-Cookie: ${cookie}`);
  });
  wss.on('connection', (socket) => {
    limitMessages(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
  });

  const format = resultFormatter(formatError);
  const subscribing = new WeakMap<object, Omit<Subscription, 'format'>>();
  const streams = createSharedStreams(async (userId, seq) => seq <= (await services.hub.cursor(userId)));

  const graphql = useServer<Record<string, unknown>, SocketExtra>(
    {
      schema,
      async onConnect(connection) {
        const { socket, request } = connection.extra;
        const entrant = viewers.get(request);
        const viewer = await viewerOfConnection(services, entrant, connection.connectionParams?.authorization);
        const fault = identifyEntrant(limits, entrant, viewer);
        if (fault || !viewer) return close(socket, fault ?? UNAUTHENTICATED);
        if (entrant) entrant.subscriptions = () => Object.keys(connection.subscriptions).length;
        if (socket.readyState === socket.OPEN) sockets.set(socket, viewer);
        return true;
      },
      async onSubscribe(connection, id, sent) {
        const { socket, request } = connection.extra;
        const entrant = viewers.get(request);
        const payload = withDocument(parts.operations, sent, entrant);
        if (payload instanceof GraphQLError) return [payload];
        const prepared = await prepare({ ...parts, limits }, entrant, connection, payload);
        if ('schema' in prepared) subscribing.set(prepared, { id, socket, wire: wires.get(socket), payload });
        return prepared;
      },
      subscribe: (args) =>
        answering(() => {
          const shared = shareOf(services, args as SharedArgs, { ...subscribing.get(args), format });
          return shared ? streams.join(shared) : subscribe(args);
        }),
      onNext: (_connection, _id, _payload, args, result) => format(result as ExecutionResult, requestIdOf(args)),
      onError: (_connection, id, _payload, errors) => errors.map((error) => formatError(error.toJSON(), error, id)),
    },
    wss,
    KEEP_ALIVE_MS,
  );

  const door = openDoor(server, { ...parts, limits, wss, viewers, wires });
  const ends = [watchSockets(parts, sockets), provideTotals(limits), door];

  return {
    async dispose() {
      ends.forEach((end) => end());
      const laggards = setTimeout(() => wss.clients.forEach((client) => client.terminate()), CLOSE_TIMEOUT_MS);
      await graphql.dispose();
      clearTimeout(laggards);
    },
  };
}

function provideTotals({ totals }: SocketLimits): () => void {
  const ends = [
    provide('graphql_sockets', () => totals().sockets),
    provide('graphql_subscriptions', () => totals().subscriptions),
  ];
  return () => ends.forEach((end) => end());
}

const resultFormatter =
  (formatError: ReturnType<typeof createErrorFormatter>) =>
  (result: ExecutionResult, requestId?: string): FormattedExecutionResult => {
    if (!result.errors) return result as FormattedExecutionResult;
    const errors = result.errors.map((error) => formatError(error.toJSON(), error, requestId));
    const { extensions, data = null } = result;
    return { data, errors, ...(extensions && { extensions }) };
  };

/** Names the user of a connection, or says with which code it is closed. */
function identifyEntrant(limits: SocketLimits, entrant: Entrant | undefined, viewer: Viewer | null) {
  if (!viewer || !entrant) return UNAUTHENTICATED;
  if (viewer.mustChangePassword) return PASSWORD_CHANGE;
  if (entrant.userId === undefined && !limits.identify(entrant, viewer.userId)) return TOO_MANY_SOCKETS;
  Object.assign(entrant, { viewer, key: `user:${viewer.userId}` satisfies BudgetKey });
  return undefined;
}

/** As graphql-js answers what goes wrong before the stream. */
function answering<T>(open: () => T): T | ExecutionResult {
  try {
    return open();
  } catch (error) {
    if (error instanceof GraphQLError) return { errors: [error] };
    throw error;
  }
}

type SharedArgs = ExecutionArgs & { contextValue: GraphqlContext };
interface Subscription {
  id: string;
  socket: WebSocket;
  wire: Duplex | undefined;
  payload: SubscribePayload;
  format(result: ExecutionResult): FormattedExecutionResult;
}

function shareOf(
  services: ApiServices,
  args: SharedArgs,
  { id, socket, wire, payload, format }: Partial<Subscription>,
): StreamRequest | undefined {
  const operation = getOperationAST(args.document, args.operationName);
  if (!operation || id === undefined || !socket || !wire || !payload || !format) return undefined;
  const { viewer, request, setCookie } = args.contextValue;
  const contextOf = (stream: StreamPlace): GraphqlContext => ({
    ...createGraphqlContext(services, { viewer, request, setCookie }),
    stream,
  });
  return shareSubscription({ ...{ id, socket, wire, operation, args, format, contextOf }, query: payload.query });
}

/**
 * Handles websocket upgrades: only from our own pages, with the session from their cookie. Returns a function that
 * stops it.
 */
function openDoor(
  server: Server,
  {
    services,
    budgets,
    isServedHost,
    limits,
    wss,
    viewers,
    wires,
  }: WebsocketParts & {
    limits: SocketLimits;
    wss: WebSocketServer;
    viewers: WeakMap<IncomingMessage, Entrant>;
    wires: WeakMap<WebSocket, Duplex>;
  },
): () => void {
  const { app, auth } = services;
  const pace = createRefusalPace();
  const tooMany = (socket: Duplex, key: BudgetKey): void => {
    const cancel = pace.holdBack(key, () => turnAway(socket, TOO_MANY, 'Retry-After: 10\r\n'));
    socket.once('close', cancel);
  };
  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://host').pathname;
    if (path !== '/graphql') return turnAway(socket, '404 Not Found');
    const { origin, host } = request.headers;
    if (!isServedHost(host)) return turnAway(socket, '421 Misdirected Request');
    if (!isOwnOrigin(origin, host, app.env.PUBLIC_URL)) return turnAway(socket, '403 Forbidden');
    const facts = requestFacts(services, randomUUID(), request);
    const { ip } = facts;
    const credential = credentialOf(request.headers);
    const key = budgets.keyOf(credential, ip);
    const entrant: Entrant = { ip, key, userId: undefined, viewer: null, subscriptions: () => 0 };
    // Before the session is read, so that a flood of sockets costs no reads.
    if (!budgets.admit(key).ok || !limits.open(entrant)) {
      count('graphql_refusals_total', { why: 'sockets' });
      return tooMany(socket, key);
    }
    socket.once('close', () => limits.close(entrant));
    const identity = await auth.identify(credentialsOf(facts, request.headers));
    if (identity.kind === 'refused')
      return turnAway(socket, '401 Unauthorized', `WWW-Authenticate: ${BAD_TOKEN_HEADER}\r\n`);
    const { viewer, cookie } = identity;
    if (credential !== undefined) budgets.learn(credential, viewer?.userId ?? null);
    Object.assign(entrant, { viewer, cookie, key: budgets.keyOf(credential, ip) });
    if (viewer && !limits.identify(entrant, viewer.userId)) return tooMany(socket, entrant.key);
    viewers.set(request, entrant);
    wss.handleUpgrade(request, socket, head, (client) => {
      wires.set(client, socket);
      wss.emit('connection', client, request);
    });
  };
  const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => undefined);
    upgrade(request, socket, head).catch((error: unknown) => {
      app.log.warn({ err: error }, 'a websocket could not be opened');
      turnAway(socket, '503 Service Unavailable');
    });
  };
  server.on('upgrade', onUpgrade);
  return () => {
    server.off('upgrade', onUpgrade);
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => undefined);
      turnAway(socket, '503 Service Unavailable');
    });
  };
}

/**
 * The viewer of a connection_init message. Its `authorization` is for clients that cannot set headers, and counts
 * instead of what the upgrade had. Null when it is not valid.
 */
async function viewerOfConnection(
  { auth }: Pick<ApiServices, 'auth'>,
  entrant: Entrant | undefined,
  authorization: unknown,
): Promise<Viewer | null> {
  if (!entrant || authorization === undefined || authorization === null) return entrant?.viewer ?? null;
  if (typeof authorization !== 'string') return null;
  const identity = await auth.identify({ cookie: undefined, authorization, ip: entrant.ip });
  return identity.kind === 'known' ? identity.viewer : null;
}

/** Puts in the text of a persisted operation. `extensions` names it, because the protocol asks for a query. */
function withDocument(operations: PersistedOperations, sent: SubscribePayload, entrant?: Entrant) {
  const { query, extensions } = sent;
  const hasToken = entrant?.viewer?.kind === 'token';
  const text = operations.resolve({ query, documentId: extensions?.documentId }, { hasToken });
  return text instanceof GraphQLError ? text : { ...sent, query: text ?? '' };
}

/** The checks between a subscribe message and its execution. */
async function prepare(
  { services, schema, budgets, limits }: WebsocketParts & { limits: SocketLimits },
  entrant: Entrant | undefined,
  { subscriptions, extra }: Connection,
  { query, variables, operationName }: SubscribePayload,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  if (!entrant) return [apiError('UNAUTHENTICATED', 'Sign in first.')];
  const { viewer, key } = entrant;
  const admission = budgets.admit(key);
  if (!admission.ok) {
    const { what, retryAfterMs } = admission;
    return [apiError('RATE_LIMITED', `You have used all your ${what} of this minute.`, { retryAfterMs })];
  }
  if (Object.keys(subscriptions).length > OPERATIONS_MAX) {
    return [apiError('RATE_LIMITED', `A socket carries at most ${OPERATIONS_MAX} operations; complete some first.`)];
  }
  if (!limits.maySubscribe(entrant)) {
    count('graphql_refusals_total', { why: 'subscriptions' });
    return [apiError('RATE_LIMITED', 'You have too many live subscriptions; complete some first.')];
  }
  try {
    const document = parse(query, { maxTokens: TOKENS_MAX });
    const sizeFault = checkSize(document);
    if (sizeFault) return [sizeFault];
    const faults = validate(schema, document);
    if (faults.length > 0) return faults.map((fault) => withCode(fault, 'GRAPHQL_VALIDATION_FAILED'));
    const operation = getOperationAST(document, operationName);
    if (!operation) return [apiError('BAD_REQUEST', 'operationName does not match an operation of the document.')];
    if (operation.operation !== OperationTypeNode.SUBSCRIPTION) {
      return [
        apiError('BAD_REQUEST', 'Only subscriptions are accepted over the websocket. Send other operations by POST.'),
      ];
    }
    const fault = checkVariables(schema, operation, variables);
    if (fault) return [fault];
    const cost = checkOperation(schema, document, operation, variables);
    if (cost instanceof GraphQLError) return [cost];
    budgets.charge(key, cost + Math.ceil(query.length / CHARACTERS_PER_POINT));
    if (!viewer) return [apiError('UNAUTHENTICATED', 'Sign in first.')];
    const request = requestFacts(services, randomUUID(), extra.request);
    const contextValue = createGraphqlContext(services, { viewer, request, setCookie: () => undefined });
    return { schema, document, contextValue, variableValues: variables ?? null, operationName: operationName ?? null };
  } catch (error) {
    if (error instanceof GraphQLError) return [withCode(error, 'GRAPHQL_PARSE_FAILED')];
    throw error;
  }
}

const withCode = (error: GraphQLError, code: string): GraphQLError => {
  error.extensions.code ??= code;
  return error;
};

const requestIdOf = ({ contextValue }: ExecutionArgs): string | undefined =>
  (contextValue as { request?: { id: string } } | undefined)?.request?.id;

function close(socket: WebSocket, [code, reason]: readonly [number, string]): boolean {
  socket.close(code, reason);
  return true; // The socket is already closing; false would close it with another code.
}

function turnAway(socket: Duplex, status: string, header = ''): void {
  socket.end(`HTTP/1.1 ${status}\r\n${header}Connection: close\r\nContent-Length: 0\r\n\r\n`);
}

function limitMessages(socket: WebSocket): void {
  let [count, windowStart] = [0, performance.now()];
  socket.on('message', () => {
    const now = performance.now();
    if (now - windowStart > WINDOW_MS) [count, windowStart] = [0, now];
    count += 1;
    if (count === MESSAGES_MAX) close(socket, TOO_MANY_MESSAGES);
  });
}
