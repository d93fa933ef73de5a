import net from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../infra/database/database.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { errorAnswer } from './webhook-answers.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());
const { boundSource, post, accepted, refusal, count } = webhookClient(() => server);

describe('the webhook over a real socket', () => {
  it('accepts 64 KiB and not a byte more', async () => {
    const source = await boundSource();
    const pad = (length: number) => 'BTCUSDT buy'.padEnd(length, ' ');
    expect(await accepted(source.webhook_code, pad(65_536))).toMatchObject({ action: 'BUY_SIGNAL' });
    expect(await refusal(source.webhook_code, pad(65_537))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await refusal(source.webhook_code, pad(10_000_000))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await count('webhook_receipts', 'webhook_source_id = ? AND http_status = 413', [source.id])).toBe(2);
    expect((await post('no-such-code', pad(65_537))).status).toBe(404);
  });

  it('continues the trace of the sender, and answers its step', async () => {
    const source = await boundSource();
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const answer = await post(source.webhook_code, 'BTCUSDT buy', { traceparent: `00-${traceId}-b7ad6b7169203331-01` });
    expect(answer.headers.get('traceresponse')).toMatch(
      new RegExp(`^00-${traceId}-(?!b7ad6b7169203331)[0-9a-f]{16}-01$`),
    );
    const other = await post(source.webhook_code, 'ETHUSDT buy', { traceparent: 'nonsense' });
    expect(other.headers.get('traceresponse')).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  });

  it('accepts a chunked body and refuses one that never ends', async () => {
    const source = await boundSource();
    const pieces = ['BTCU', 'SDT b', 'uy'].map((piece) => new TextEncoder().encode(piece));
    const stream = () =>
      new ReadableStream({
        pull: (controller) => (pieces.length ? controller.enqueue(pieces.shift()) : controller.close()),
      });
    expect(await accepted(source.webhook_code, stream())).toMatchObject({ action: 'BUY_SIGNAL' });
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => (sent++ < 200 ? controller.enqueue(new Uint8Array(1024).fill(32)) : controller.close()),
    });
    expect(await refusal(source.webhook_code, endless)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it('does not wait forever for a body', async () => {
    const { port } = await server.listen({}, { bodyTimeoutMs: 50 });
    const source = await boundSource();
    const answer = await raw(
      port,
      `POST /webhooks/${source.webhook_code} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBTCUSDT`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('BODY_UNREADABLE');
    expect(await count('webhook_blocked_attempts', 'webhook_source_id = ?', [source.id])).toBe(1);
  });

  it('stores only the refusal when a sender disconnects halfway', async () => {
    const source = await boundSource();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write(`POST /webhooks/${source.webhook_code} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBTCUSDT buy`);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    setImmediate(() => socket.end());
    await expect
      .poll(() => count('webhook_blocked_attempts', 'webhook_source_id = ?', [source.id]), { timeout: 10_000 })
      .toBe(1);
    expect(await count('webhook_events', 'webhook_source_id = ?', [source.id])).toBe(0);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('answers 405 to %s, for any address alike', async (method) => {
    const source = await boundSource();
    for (const code of [source.webhook_code, 'no-such-code']) {
      const response = await fetch(`${server.url}/webhooks/${code}`, {
        method,
        ...(method !== 'GET' && { body: 'BTCUSDT buy' }),
      });
      expect(response.status).toBe(405);
      expect(response.headers.get('allow')).toBe('POST');
      expect(errorAnswer.parse(await response.json()).error.code).toBe('METHOD_NOT_ALLOWED');
    }
    expect(await count('webhook_receipts', 'webhook_source_id = ?', [source.id])).toBe(0);
  });

  it('logs neither addresses nor bodies', async () => {
    const source = await boundSource({ admin_locked: true });
    await refusal(source.webhook_code, 'CANARY-BODY');
    await post(source.webhook_code.slice(0, -1), 'CANARY-BODY');
    await fetch(`${server.url}/webhooks/${source.webhook_code}/receipts/none`);
    expect(server.logged.join('\n')).toContain(`"sourceId":${source.id}`);
    expect(server.logged.join('\n')).not.toContain(source.webhook_code.slice(0, -1));
    expect(server.logged.join('\n')).not.toContain('CANARY-BODY');
  });
});

describe('when Redis or the database is away', () => {
  it('counts in memory without Redis', async () => {
    const commands = new Redis(1, '127.0.0.1', { enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    commands.on('error', () => undefined);
    const { url } = await server.listen({ redis: { ...server.ctx.redis, commands, isUp: () => false } });
    const source = await boundSource({ rate_limit_per_min: 3 });
    const statuses = [];
    for (let i = 0; i < 5; i++) statuses.push((await post(source.webhook_code, `BTCUSDT buy ${i}`, {}, url)).status);
    expect(statuses).toEqual([202, 202, 202, 429, 429]);
    commands.disconnect();
  });

  it('never says 2xx without the database', async () => {
    const dead = openDatabase('mysql://dev:dev@127.0.0.1:1/dev', { connectionLimit: 1 });
    const { url } = await server.listen({ db: dead }, { answerWithinMs: 100 });
    const { status, headers, answer } = await post('any', 'BTCUSDT buy', {}, url);
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('5');
    expect(errorAnswer.parse(answer).error.code).toBe('SERVICE_UNAVAILABLE');
    await dead.close();
  });

  it('never says 2xx when the commit fails', async () => {
    const { db } = server.ctx;
    const { url } = await server.listen({
      db: { ...db, transaction: () => Promise.reject(new Error('the server has gone away')) },
    });
    const source = await boundSource();
    const before = server.messages.length;
    expect(await refusal(source.webhook_code, 'BTCUSDT buy', {}, url)).toMatchObject({
      status: 503,
      code: 'SERVICE_UNAVAILABLE',
    });
    expect(server.messages.length).toBe(before);
    expect((await accepted(source.webhook_code, 'BTCUSDT buy')).duplicate).toBe(false);
  });
});

it('serves an OpenAPI document that describes the answers and has no broken references', async () => {
  interface Document {
    openapi: string;
    paths: Record<string, { post?: { responses: Record<string, unknown> } }>;
    components: { schemas: Record<string, { required: string[] }> };
  }
  const text = await (await fetch(`${server.url}/openapi.json`)).text();
  const document = JSON.parse(text) as Document;
  expect(document).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'http://localhost:4000' }] });
  const { responses = {} } = document.paths['/webhooks/{code}']?.post ?? {};
  expect(Object.keys(responses).sort()).toEqual(['200', '202', '400', '403', '404', '413', '422', '429', '503']);
  const { schemas } = document.components;
  expect(schemas.SignalAnswer?.required).toEqual(['receipt', 'event_uid', 'action', 'symbol', 'accounts', 'duplicate']);
  const refs = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name);
  expect(new Set(refs)).toEqual(new Set(Object.keys(schemas)));
  expect(text).not.toContain('$defs');
  expect(text).toContain('52.89.214.238');
});

/** Sends one exchange over a bare socket. Returns everything received until the server closed. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket
      .on('data', (chunk: Buffer) => (text += chunk.toString()))
      .on('close', () => resolve(text))
      .on('error', reject);
  });
}
