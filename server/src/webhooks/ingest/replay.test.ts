import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { rotateWebhookSecret } from '../sources/rotate-webhook-secret.js';
import { signStandard } from './verify-signature.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());
const { boundSource, accepted, refusal, count, post } = webhookClient(() => server);

type Columns = Parameters<typeof boundSource>[0];

async function signedSource(columns: Columns = {}) {
  const source = await boundSource({ require_signature: true, ...columns });
  const request = { sourceId: source.id, kind: 'SIGNING_SECRET' } as const;
  const made = await rotateWebhookSecret(server.ctx, source.owner_user_id, request);
  const secret = made.ok ? made.secret : '';
  const jobs = () => count('trade_jobs', 'exchange_account_id = ?', [source.accountId]);
  const byBody = (body: string) => ({ 'x-signature': createHmac('sha256', secret).update(body).digest('hex') });
  const byStandard = (id: string, body: string) => {
    const timestamp = String(Math.floor(server.ctx.clock.now() / 1000));
    const signature = signStandard({ id, timestamp, rawBody: Buffer.from(body), secret }).toString('base64');
    return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
  };
  return { ...source, code: source.webhook_code, secret, jobs, byBody, byStandard };
}
const BUY = { symbol: 'BTCUSDT', action: 'buy' };
const at = (offsetSec: number) => new Date(server.ctx.clock.now() + offsetSec * 1000).toISOString();

describe('a recorded message that is sent again', () => {
  it('with other id headers is the same message, because X-Signature covers the body alone', async () => {
    const source = await signedSource();
    const body = JSON.stringify({ ...BUY, id: 'order-1', time: at(0) });
    const first = await accepted(source.code, body, { ...source.byBody(body), 'webhook-id': 'msg_a' });
    for (const id of ['msg_b', 'msg_c', '']) {
      const headers = { ...source.byBody(body), 'webhook-id': id, 'webhook-timestamp': '1764500000' };
      expect(await accepted(source.code, body, headers)).toMatchObject({ duplicate: true, receipt: first.receipt });
    }
    expect(await source.jobs()).toBe(1);
  });

  it('with other id headers is the same message where a token in the body is what was checked', async () => {
    const source = await boundSource();
    const request = { sourceId: source.id, kind: 'BODY_TOKEN' } as const;
    const made = await rotateWebhookSecret(server.ctx, source.owner_user_id, request);
    const body = { ...BUY, secret: made.ok ? made.secret : '' };
    await accepted(source.webhook_code, body, { 'webhook-id': 'msg_a' });
    expect((await accepted(source.webhook_code, body, { 'webhook-id': 'msg_b' })).duplicate).toBe(true);
  });

  it('is the same message by its id when Standard Webhooks signed the id, whatever else changes', async () => {
    const source = await signedSource();
    const body = JSON.stringify(BUY);
    await accepted(source.code, body, source.byStandard('msg_1', body));
    server.ctx.clock.advance(200_000);
    expect((await accepted(source.code, body, source.byStandard('msg_1', body))).duplicate).toBe(true);
    expect((await accepted(source.code, body, source.byStandard('msg_2', body))).duplicate).toBe(false);
  });

  it('cannot be cut differently: an id with a dot is refused', async () => {
    const source = await signedSource();
    const body = JSON.stringify(BUY);
    expect((await refusal(source.code, body, source.byStandard('msg.1', body))).code).toBe('SIGNATURE_INVALID');
  });
});

describe('the age of a signed message', () => {
  it('is bounded by the time that was signed with it, also when the first sending was refused', async () => {
    const source = await signedSource({ rate_limit_per_min: 1 });
    const other = JSON.stringify({ ...BUY, id: 'other', time: at(0) });
    await accepted(source.code, other, source.byBody(other));
    const body = JSON.stringify({ ...BUY, id: 'recorded', time: at(0) });
    expect((await refusal(source.code, body, source.byBody(body))).code).toBe('WEBHOOK_RATE_LIMIT');
    await server.ctx.db.query('UPDATE webhook_sources SET rate_limit_per_min = 1000 WHERE id = ?', [source.id]);
    server.ctx.clock.advance(301_000);
    expect(await refusal(source.code, body, source.byBody(body))).toMatchObject({ status: 422, code: 'STALE_SIGNAL' });
    expect(await source.jobs()).toBe(1);
  });

  it('is five minutes in either direction, to the second', async () => {
    const source = await signedSource();
    for (const [offset, code] of [
      [-300, null],
      [-301, 'STALE_SIGNAL'],
      [300, null],
      [301, 'TIME_UNREADABLE'],
    ] as const) {
      const body = JSON.stringify({ ...BUY, id: `at ${offset}`, timestamp: at(offset) });
      if (code === null) expect((await accepted(source.code, body, source.byBody(body))).duplicate).toBe(false);
      else expect((await refusal(source.code, body, source.byBody(body))).code).toBe(code);
    }
  });

  it('is what the source or the message says when they set a limit', async () => {
    const source = await signedSource({ max_lag_sec: 7_200 });
    const body = JSON.stringify({ ...BUY, time: at(-3_600) });
    expect((await accepted(source.code, body, source.byBody(body))).duplicate).toBe(false);
    const strict = JSON.stringify({ ...BUY, time: at(-61), maxLag: 60 });
    expect((await refusal(source.code, strict, source.byBody(strict))).code).toBe('STALE_SIGNAL');
  });

  it('is not bounded without a time in the body: after the window the same message counts as new', async () => {
    const source = await signedSource({ identity_window_sec: 30 });
    const body = JSON.stringify(BUY);
    await accepted(source.code, body, source.byBody(body));
    server.ctx.clock.advance(29_000);
    expect((await accepted(source.code, body, source.byBody(body))).duplicate).toBe(true);
    server.ctx.clock.advance(2_000);
    expect((await accepted(source.code, body, source.byBody(body))).duplicate).toBe(false);
  });
});

describe('a secret in a message', () => {
  it('is neither stored nor answered, also when it is the id, the symbol, the time or the age limit', async () => {
    const canary = 'hunter2-canary-81f3';
    const source = await boundSource();
    const { webhook_code: code } = source;
    const bodies: (object | string)[] = [
      { ...BUY, password: canary, id: canary, note: canary },
      { ...BUY, apikey: canary, symbol: `BTCUSDT ${canary}` },
      { symbol: canary, action: 'buy', passphrase: canary },
      { ...BUY, api_key: canary, maxLag: canary },
      { ...BUY, api_key: canary, maxLag: 60, time: canary },
      { ...BUY, access_token: { value: canary }, timeframe: canary },
      `BTCUSDT buy senha: ${canary}`,
      `{"password": "${canary}", "symbol": "${canary}",,}`,
      `symbol=BTCUSDT&action=buy&pwd=${canary}&id=${canary}`,
    ];
    const answers: unknown[] = [];
    for (const body of bodies) {
      for (const headers of [{ 'webhook-id': canary }, { 'user-agent': `x token=${canary}` }]) {
        answers.push((await post(code, body, headers)).answer);
      }
    }
    expect(answers).toHaveLength(18);
    const { db } = server.ctx;
    const rows = await Promise.all([
      db.prisma.webhookReceipt.findMany({ where: { webhook_source_id: source.id } }),
      db.prisma.webhookEvent.findMany({ where: { webhook_source_id: source.id } }),
      db.prisma.webhookBlockedAttempt.findMany({ where: { webhook_source_id: source.id } }),
      db.prisma.tradeJob.findMany({ where: { exchange_account_id: source.accountId } }),
    ]);
    const everything = JSON.stringify([answers, rows, server.logged]).toLowerCase();
    expect(everything).not.toContain(canary);
  });
});
