import { expect } from 'vitest';
import {
  errorAnswer,
  receiptAnswer,
  signalAnswer,
  type ReceiptAnswer,
  type SignalAnswer,
} from '../webhooks/ingest/webhook-answers.js';
import { makeBinding, makeSource } from './make.js';
import type { WebhookTestServer } from './webhook-test-server.js';

export type SourceColumns = NonNullable<Parameters<typeof makeSource>[1]>;
type Body = NonNullable<RequestInit['body']>;

/** For tests: a sender of signals that checks the answers against the published schemas. */
export function webhookClient(server: () => WebhookTestServer) {
  /** A source bound to one simulation account of its owner. */
  const boundSource = async (columns: SourceColumns = {}) => {
    const { db } = server().ctx;
    const source = await makeSource(db, { rate_limit_per_min: 6000, ...columns });
    const binding = await makeBinding(db, { webhook_source_id: source.id });
    return { ...source, accountId: binding.exchange_account_id };
  };
  const post = async (code: string, body: Body | object, headers: Record<string, string> = {}, base = server().url) => {
    const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
    const response = await fetch(`${base}/webhooks/${code}`, {
      method: 'POST',
      body: isRaw ? (body as Body) : JSON.stringify(body),
      headers: { 'content-type': isRaw ? 'text/plain' : 'application/json', ...headers },
      ...(body instanceof ReadableStream && { duplex: 'half' }),
    } as RequestInit);
    const answer = (await response.json()) as unknown;
    return { status: response.status, headers: response.headers, answer };
  };
  const accepted = async (...args: Parameters<typeof post>): Promise<SignalAnswer> => {
    const { status, answer } = await post(...args);
    if (status >= 300) throw new Error(`${status}: ${JSON.stringify(answer)}`);
    return signalAnswer.parse(answer);
  };
  const refusal = async (...args: Parameters<typeof post>) => {
    const { status, answer } = await post(...args);
    const { error, receipt } = errorAnswer.parse(answer);
    return { status, code: error.code, message: error.message, receipt };
  };
  const count = async (table: string, where: string, values: unknown[]): Promise<number> => {
    const [row] = await server().ctx.db.query<{ n: number }[]>(
      `SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`,
      values,
    );
    return Number(row?.n);
  };
  const receiptOf = async (code: string, receipt: string): Promise<ReceiptAnswer> => {
    const response = await fetch(`${server().url}/webhooks/${code}/receipts/${receipt}`);
    expect(response.status).toBe(200);
    return receiptAnswer.parse(await response.json());
  };
  return { boundSource, post, accepted, refusal, count, receiptOf };
}
