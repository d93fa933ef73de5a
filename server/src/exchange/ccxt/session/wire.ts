import { AsyncLocalStorage } from 'node:async_hooks';
import http from 'node:http';
import https from 'node:https';
import type { Readable } from 'node:stream';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Agents } from './agents.js';

/**
 * One of our requests and its result. Holds no request headers and no query, because those contain keys and signatures.
 */
export interface WireExchange {
  method: string;
  path: string;
  /** It was handed to the socket layer. From this moment on the exchange may have it. */
  left: boolean;
  answer?: { status: number; headers: http.IncomingHttpHeaders; body: string };
}

/** The network activity of one of our calls. */
export interface WireTrace {
  wireExchanges: WireExchange[];
  /** No request leaves after this moment (performance.now()). */
  leaveBefore: number;
  /** Aborts the call: no request leaves any more, and answers are not waited for. */
  signal?: AbortSignal | undefined;
}

const traces = new AsyncLocalStorage<WireTrace>();

/** Runs a call of ccxt and records its network activity in `trace`, even when it rejects. */
export const traceCall = <T>(trace: WireTrace, work: () => Promise<T>): Promise<T> => traces.run(trace, work);

/** It was not sent, because it could have arrived too late to be distinguished from an order that never arrived. */
export class TooLateToSend extends Error {
  constructor() {
    super('The request was not sent: it had waited too long here.');
    this.name = 'TooLateToSend';
  }
}

/** The parts of fetch's settings and answer that ccxt uses. */
export interface FetchSettings {
  method: string;
  headers: http.OutgoingHttpHeaders;
  body?: string;
  signal?: AbortSignal;
}
export interface FetchAnswer {
  status: number;
  statusText: string;
  headers: http.IncomingHttpHeaders;
  text(): Promise<string>;
}

const BODY_MAX_BYTES = 64 * 2 ** 20;
const LIMITED = { maxOutputLength: BODY_MAX_BYTES };

/**
 * The fetch function for ccxt: keep-alive connections or a checked proxy, the whole answer within the time limit
 * (ccxt's own limit ends at the headers), and a record of what was sent and received. Follows no redirects, because
 * exchanges use none. `checkAddress` throws when the address must not be reached.
 */
export function createFetch(agents: Agents, checkAddress: (url: URL) => void) {
  return async (address: string, { method, headers, body, signal }: FetchSettings): Promise<FetchAnswer> => {
    const url = new URL(address);
    const wireExchange: WireExchange = { method, path: url.pathname, left: false };
    const trace = traces.getStore();
    trace?.wireExchanges.push(wireExchange);
    checkAddress(url);
    if (trace && performance.now() >= trace.leaveBefore) throw new TooLateToSend();
    trace?.signal?.throwIfAborted();
    wireExchange.left = true;
    const signals = [signal, trace?.signal].filter((one) => one !== undefined);
    const [client, agent] = url.protocol === 'https:' ? [https, agents.https] : [http, agents.http];
    const answer = await new Promise<NonNullable<WireExchange['answer']>>((resolve, reject) => {
      const accepted = { 'accept-encoding': 'gzip, deflate, br', ...headers };
      const request = client.request(
        url,
        { method, headers: accepted, agent, ...(signals.length > 0 && { signal: AbortSignal.any(signals) }) },
        (response) => {
          const { statusCode: status = 0, headers } = response;
          readAll(response, headers['content-encoding']).then(
            (text) => resolve({ status, headers, body: text }),
            reject,
          );
        },
      );
      request.on('error', reject);
      request.end(body);
    });
    wireExchange.answer = answer;
    if (answer.status >= 300 && answer.status < 400) throw new TypeError(`redirected with ${answer.status}`);
    const text = () => Promise.resolve(answer.body);
    return { status: answer.status, statusText: http.STATUS_CODES[answer.status] ?? '', headers: answer.headers, text };
  };
}

async function readAll(stream: Readable, encoding: string | undefined): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_MAX_BYTES) throw new TypeError('the answer is too long');
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (encoding === 'gzip' || encoding === 'x-gzip') return gunzipSync(bytes, LIMITED).toString();
  if (encoding === 'br') return brotliDecompressSync(bytes, LIMITED).toString();
  if (encoding === 'deflate') return inflateSync(bytes, LIMITED).toString();
  return bytes.toString();
}
