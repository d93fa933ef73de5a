import http, { type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import { createRefusalPace, type RefusalPace } from '../api/limits/refusal-pace.js';
import { HOLD_HEADER, KNOWN_HEADER, PEER_HEADER } from '../api/request-facts.js';
import { count } from '../infra/metrics/metrics.js';
import type { Entry, Gate } from './gate.js';
import type { GraphqlLink } from './graphql-link.js';
import { REQUEST_TIMEOUT_MS } from './server-options.js';

/** Requests that wait for GraphQL at one moment. More are refused, so that a slow GraphQL costs no memory here. */
const RUNNING_MAX = 512;
const CONNECTIONS_MAX = 128;
/** Shorter than GraphQL keeps an idle connection. */
const IDLE_MS = 30_000;

/** Headers about one connection, which are not passed on. */
const OF_ONE_CONNECTION = [
  ...['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'te', 'trailer', 'upgrade', 'expect'],
  ...[PEER_HEADER, HOLD_HEADER, KNOWN_HEADER],
];

export interface Forwarder {
  forward(request: IncomingMessage, response: ServerResponse): void;
  /** From now on each connection ends with its answer. */
  drain(): void;
  /** Takes no new requests. */
  refuse(): void;
  close(): void;
}

/** Passes requests to GraphQL on its unix socket, and its answers back, without reading either. */
export function createForwarder(graphql: Pick<GraphqlLink, 'socketPath'>, gate: Gate): Forwarder {
  const agent = new http.Agent({ keepAlive: true, maxSockets: CONNECTIONS_MAX, timeout: IDLE_MS });
  const pace = createRefusalPace();
  let [running, isDraining, isClosing] = [0, false, false];

  const forward = (request: IncomingMessage, response: ServerResponse): void => {
    const path = graphql.socketPath();
    if (path === undefined || running >= RUNNING_MAX || isClosing) return unavailable(request, response);
    const entry = gate.enter(request);
    if (!entry.ok) return refuse(request, response, { ...entry, pace });
    running += 1;
    response.once('close', () => {
      running -= 1;
      entry.leave();
    });
    const upstream = http.request({
      ...{ agent, socketPath: path, method: request.method, path: request.url },
      headers: { ...withoutConnection(request.headers), [PEER_HEADER]: request.socket.remoteAddress ?? '' },
    });
    upstream.on('response', (answer) => {
      gate.learn(request, answer.headers);
      const headers = withoutConnection(answer.headers);
      if (isDraining) headers.connection = 'close';
      response.writeHead(answer.statusCode ?? 502, headers);
      answer.pipe(response);
      answer.on('error', () => response.destroy());
    });
    upstream.on('error', () => {
      if (response.headersSent) response.destroy();
      else unavailable(request, response);
    });
    response.once('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    const slow = setTimeout(() => tooSlow(response, upstream), REQUEST_TIMEOUT_MS);
    request.once('close', () => clearTimeout(slow)).once('end', () => clearTimeout(slow));
    request.pipe(upstream);
  };
  return {
    forward,
    drain() {
      isDraining = true;
    },
    refuse() {
      isClosing = true;
    },
    close: () => agent.destroy(),
  };
}

function withoutConnection(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  const kept: OutgoingHttpHeaders = { ...headers };
  for (const name of OF_ONE_CONNECTION) delete kept[name];
  return kept;
}

function unavailable(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  count('http_requests_refused_total', { why: 'unavailable' });
  const message = 'GraphQL and the page are starting or busy. Signals are taken. Try again.';
  answer(response, 503, { code: 'SERVICE_UNAVAILABLE', message }, { 'retry-after': '1' });
}

/** Answered late, so that the same connection cannot ask again at once. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { sender, retryAfterMs, pace }: Extract<Entry, { ok: false }> & { pace: RefusalPace },
): void {
  request.resume();
  count('http_requests_refused_total', { why: 'rate' });
  const retryAfterSec = Math.ceil(retryAfterMs / 1_000);
  const message = `Too many requests. Try again in ${retryAfterSec} s.`;
  const error = { code: 'RATE_LIMITED', message, retryAfterMs };
  const cancel = pace.holdBack(sender, () => answer(response, 429, error, { 'retry-after': String(retryAfterSec) }));
  response.once('close', cancel);
}

function tooSlow(response: ServerResponse, upstream: http.ClientRequest): void {
  upstream.destroy();
  count('http_requests_refused_total', { why: 'slow' });
  if (response.headersSent) return void response.destroy();
  const message = 'The body did not arrive within 10 seconds.';
  answer(response, 408, { code: 'BAD_REQUEST', message }, { connection: 'close' });
  response.once('finish', () => response.socket?.destroy());
}

function answer(
  response: ServerResponse,
  status: number,
  error: { code: string; message: string; retryAfterMs?: number },
  headers: OutgoingHttpHeaders,
): void {
  if (response.headersSent) return;
  const { message, ...extensions } = error;
  // GraphQL clients read `errors`, all others `error`.
  const body = JSON.stringify({ error, errors: [{ message, extensions }] });
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}
