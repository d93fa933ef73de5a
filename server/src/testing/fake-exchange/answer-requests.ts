import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault, Faults, RequestKind } from './faults.js';
import type { Dialect, WireAnswer, WireRequest } from './world.js';

/** A request and its fault. */
export interface SeenRequest {
  kind: RequestKind;
  method: string;
  path: string;
  query: string;
  body: string;
  headers: WireRequest['headers'];
  fault: Fault | undefined;
  /** It was refused because of the exchange's limits. */
  isTooMany: boolean;
}

/** Waits for the delay of a fault, then runs the action. */
const after = (ms: number, act: () => void): void => {
  if (ms > 0) setTimeout(act, ms).unref();
  else act();
};

function send(response: ServerResponse, { status, body, headers }: WireAnswer, more: Record<string, string>): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json;charset=UTF-8';
  response.writeHead(status, { 'content-type': type, ...more, ...headers }).end(text);
}

/** Executes a request and answers it as its fault says. */
function meetFault(
  dialect: Dialect,
  request: WireRequest,
  response: ServerResponse,
  fault: Fault,
  more: Record<string, string>,
) {
  const {
    taken = true,
    takenAfterMs = 0,
    answer = 'given',
    answerAfterMs = 0,
    hiddenMs = 0,
    retryAfterSec = 1,
  } = fault;
  const run = () => dialect.run(request, hiddenMs);
  const give = (given: WireAnswer): void => after(answerAfterMs, () => send(response, given, more));
  if (answer === 'given') return after(takenAfterMs, () => give(taken ? run() : dialect.unknown()));
  let effect: WireAnswer | undefined;
  if (taken && takenAfterMs > 0) after(takenAfterMs, () => void run());
  else if (taken) effect = run();
  if (answer === 'hang') return;
  if (answer === 'lost') return after(answerAfterMs, () => void response.socket?.resetAndDestroy());
  if (answer === 'garbled') {
    const text = JSON.stringify(effect?.body ?? {});
    return give({ status: 200, body: text.slice(0, Math.ceil(text.length / 2)) });
  }
  if (answer === 'unknown') return give(dialect.unknown());
  if (typeof answer === 'object') return give({ body: '', ...answer });
  give(dialect.tooMany(retryAfterSec, answer === 'banned'));
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  return {
    ...{ method: incoming.method ?? 'GET', path, query },
    ...{ body: Buffer.concat(chunks).toString(), headers: incoming.headers },
    ip: incoming.socket.remoteAddress ?? '',
  };
}

/** Answers the requests of a dialect with the faults that are set, and records each in `requests`. */
export function createAnswerer({
  dialect,
  faults,
  requests,
  control,
  observe,
}: {
  dialect: Dialect;
  faults: Faults;
  requests: SeenRequest[];
  /** Called first, for requests that do not belong to an exchange. */
  control(request: WireRequest): WireAnswer | undefined;
  /** Called for each request with the times of its arrival and its answer. */
  observe(request: SeenRequest, moment: 'arrived' | 'answered'): void;
}): (incoming: IncomingMessage, response: ServerResponse) => void {
  const answer = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(incoming);
    const controlled = control(request);
    if (controlled) return send(response, controlled, {});
    const kind = dialect.kindOf(request);
    if (!kind) return send(response, dialect.run(request, 0), {});
    const { headers, refusal } = dialect.meter(request);
    const fault = refusal ? undefined : faults.take(kind);
    const { method, path, query, body } = request;
    const seen = { kind, method, path, query, body, headers: request.headers, fault, isTooMany: !!refusal };
    requests.push(seen);
    observe(seen, 'arrived');
    response.once('finish', () => observe(seen, 'answered'));
    if (refusal) send(response, refusal, headers);
    else meetFault(dialect, request, response, fault ?? {}, headers);
  };
  return (incoming, response) => {
    answer(incoming, response).catch((error: unknown) => send(response, { status: 500, body: String(error) }, {}));
  };
}
