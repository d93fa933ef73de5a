import http from 'node:http';
import https from 'node:https';
import type { SendOutcome } from '../../core/notifications/retry-plan.js';
import { checkOutgoingUrl, publicLookup } from '../../infra/outgoing-address.js';

/** A request to another server. */
export interface OutgoingRequest {
  url: string;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** The address is from a user and must not lead into a private network. */
  isFromUser: boolean;
  /** The operator allows private addresses of users. */
  allowPrivate: boolean;
  signal: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  /** The beginning of the body, as text. */
  body: string;
  retryAfterMs: number;
}

/** The request got no answer. `mayHaveArrived` is false when surely nothing of it left this machine. */
export class NoAnswer extends Error {
  override name = 'NoAnswer';
  constructor(
    message: string,
    readonly mayHaveArrived: boolean,
  ) {
    super(message);
  }
}

export const SEND_TIMEOUT_MS = 10_000;
const ANSWER_MAX = 262_144;

/**
 * Sends one request on a connection of its own and reads the answer; follows no redirect. Rejects with NoAnswer. The
 * request as a whole takes at most SEND_TIMEOUT_MS, however slowly the other side answers.
 */
export function sendHttp(request: OutgoingRequest): Promise<HttpAnswer> {
  const { isFromUser, allowPrivate } = request;
  const schemes = ['http:', 'https:'];
  const checked = checkOutgoingUrl(request.url, { schemes, allowPrivate: allowPrivate || !isFromUser });
  if ('fault' in checked) return Promise.reject(new NoAnswer(`The address is not allowed (${checked.fault}).`, false));
  const signal = AbortSignal.any([request.signal, AbortSignal.timeout(SEND_TIMEOUT_MS)]);
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const fail = (error: Error) => reject(new NoAnswer(textOf(error), isConnected));
    if (signal.aborted) return fail(new Error('the process stops'));
    const { protocol } = checked.url;
    const body = request.body ?? '';
    const sending = (protocol === 'https:' ? https : http).request(checked.url, {
      method: request.method ?? 'POST',
      headers: { 'user-agent': 'mvcashnode', 'content-length': Buffer.byteLength(body), ...request.headers },
      agent: false,
      signal,
      ...(isFromUser && !allowPrivate && { lookup: publicLookup }),
    });
    sending.on('socket', (socket) => {
      socket.once(protocol === 'https:' ? 'secureConnect' : 'connect', () => (isConnected = true));
    });
    sending.on('error', fail);
    sending.on('response', (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part.slice(0, ANSWER_MAX - text.length);
        // Nothing that follows changes the outcome.
        if (text.length >= ANSWER_MAX) answer.destroy();
      });
      answer.on('error', fail);
      answer.on('close', () => {
        if (!answer.complete && text.length < ANSWER_MAX) return fail(new Error('the answer was cut'));
        resolve({
          status: answer.statusCode ?? 0,
          body: text,
          retryAfterMs: retryAfter(answer.headers['retry-after']),
        });
      });
    });
    sending.end(body);
  });
}

function textOf(error: Error): string {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? `${code}: ${error.message}` : error.message;
}

const retryAfter = (header: string | undefined): number => {
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1_000 : 0;
};

/** A request whose failure to get an answer is an outcome too. */
export async function outcomeOf(
  request: OutgoingRequest,
  judge: (answer: HttpAnswer) => SendOutcome,
): Promise<SendOutcome> {
  try {
    return judge(await sendHttp(request));
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { kind: error.mayHaveArrived ? 'UNKNOWN' : 'UNSENT', reason: error.message };
  }
}

const CHANNEL_STATUS = new Set([301, 302, 303, 307, 308, 401, 403, 404, 405]);
const MESSAGE_STATUS = new Set([400, 413, 415, 422]);

/** What a status means where the other side follows the usual rules. */
export function judgeStatus({ status, body, retryAfterMs }: HttpAnswer): SendOutcome {
  const answer = body.slice(0, 300);
  if (status >= 200 && status < 300) return { kind: 'ACCEPTED', httpStatus: status, answer };
  const fault = CHANNEL_STATUS.has(status)
    ? 'CHANNEL'
    : MESSAGE_STATUS.has(status)
      ? 'MESSAGE'
      : status === 410
        ? 'GONE'
        : 'MOMENT';
  return { kind: 'REFUSED', fault, reason: `HTTP ${status}: ${answer}`, httpStatus: status, retryAfterMs };
}
