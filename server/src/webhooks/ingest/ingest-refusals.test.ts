import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { webhookClient, type SourceColumns } from '../../testing/webhook-client.js';
import { rotateWebhookSecret } from '../sources/rotate-webhook-secret.js';
import { signStandard } from './verify-signature.js';
import { errorAnswer } from './webhook-answers.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());
const { boundSource, post, accepted, refusal, count, receiptOf } = webhookClient(() => server);

describe('a signal that is refused', () => {
  const blocked = (sourceId: number) =>
    server.ctx.db.prisma.webhookBlockedAttempt.findMany({
      where: { webhook_source_id: sourceId },
      include: { webhook_receipt: true },
    });

  it('gets one answer for an address that does not exist and one that is switched off', async () => {
    const off = await boundSource({ is_active: false });
    const [a, b] = [await post('no-such-code', 'BTCUSDT buy'), await post(off.webhook_code, 'BTCUSDT buy')];
    expect([a.status, b.status]).toEqual([404, 404]);
    expect(a.answer).toEqual(b.answer);
    expect(errorAnswer.parse(a.answer).error.code).toBe('SOURCE_NOT_FOUND');
    expect(await blocked(off.id)).toEqual([]);
  });

  it('leaves a receipt and a blocked attempt, and nothing else', async () => {
    const source = await boundSource({ admin_locked: true });
    const {
      status,
      code,
      receipt = '',
    } = await refusal(source.webhook_code, 'BTCUSDT buy', { 'user-agent': 'probe/1' });
    expect([status, code]).toEqual([403, 'SOURCE_LOCKED']);
    const [attempt, ...others] = await blocked(source.id);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({ reason_code: 'SOURCE_LOCKED', ip: '127.0.0.1', user_agent: 'probe/1' });
    expect(attempt?.webhook_receipt).toMatchObject({
      receipt,
      outcome: 'REFUSED',
      http_status: 403,
      event_uid: null,
      body_bytes: 11,
    });
    expect(await count('webhook_events', 'webhook_source_id = ?', [source.id])).toBe(0);
    expect(await receiptOf(source.webhook_code, receipt)).toMatchObject({
      outcome: 'REFUSED',
      reason: { code: 'SOURCE_LOCKED' },
      accounts: [],
    });
  });

  it('is checked in the order of the rules', async () => {
    const big = 'x'.repeat(70_000);
    const everything = {
      admin_locked: true,
      allowed_ips_json: ['203.0.113.7'],
      require_signature: true,
      rate_limit_per_min: 1,
      max_lag_sec: 5,
    };
    const source = await boundSource(everything);
    const update = (data: SourceColumns) =>
      server.ctx.db.prisma.webhookSource.update({ where: { id: source.id }, data: data as never });
    const stale = { symbol: 'BTCUSDT', action: 'buy', time: '2020-01-01T00:00:00Z' };
    expect((await refusal(source.webhook_code, stale)).code).toBe('SOURCE_LOCKED');
    await update({ admin_locked: false });
    expect((await refusal(source.webhook_code, stale)).code).toBe('IP_NOT_ALLOWED');
    expect((await refusal(source.webhook_code, big)).code).toBe('IP_NOT_ALLOWED');
    await update({ allowed_ips_json: ['127.0.0.0/8'] });
    expect((await refusal(source.webhook_code, stale)).code).toBe('SIGNATURE_INVALID'); // No secret yet, so every signal is refused.
    await rotateWebhookSecret(server.ctx, source.owner_user_id, { sourceId: source.id, kind: 'SIGNING_SECRET' });
    expect((await refusal(source.webhook_code, stale)).code).toBe('SIGNATURE_MISSING');
    await update({ require_signature: false });
    expect((await refusal(source.webhook_code, stale)).code).toBe('STALE_SIGNAL');
    expect((await refusal(source.webhook_code, big)).code).toBe('WEBHOOK_RATE_LIMIT');
    await update({ rate_limit_per_min: 6000 });
    expect((await refusal(source.webhook_code, big)).code).toBe('BODY_TOO_LARGE');
    expect((await refusal(source.webhook_code, new Uint8Array([0xff, 0xfe, 0x00]))).code).toBe('BODY_UNREADABLE');
    expect(await blocked(source.id)).toHaveLength(9);
  });

  it('for its rate says when to send again, and the limit is exact', async () => {
    const source = await boundSource({ rate_limit_per_min: 7 });
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, i) => post(source.webhook_code, `BTCUSDT buy ${i + 1}`)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(23);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(7);
    expect(await blocked(source.id)).toHaveLength(23);
  });

  it('for its age gets 422, unless it is a late repeat of one that came in time', async () => {
    const source = await boundSource({ max_lag_sec: 60 });
    const signal = { symbol: 'BTCUSDT', action: 'buy', timenow: server.ctx.clock.now() };
    const first = await accepted(source.webhook_code, signal);
    server.ctx.clock.advance(61_000);
    expect(await accepted(source.webhook_code, signal)).toEqual({ ...first, duplicate: true });
    const stale = await refusal(source.webhook_code, { ...signal, action: 'sell' });
    expect(stale).toMatchObject({ status: 422, code: 'STALE_SIGNAL' });
    expect(stale.message).toContain('61 s');
    expect(
      await accepted(source.webhook_code, {
        symbol: 'BTCUSDT',
        action: 'sell',
        timenow: server.ctx.clock.now() - 60_000,
      }),
    ).toMatchObject({ duplicate: false });
    expect((await blocked(source.id)).map(({ reason_code }) => reason_code)).toEqual(['STALE_SIGNAL']);
  });

  it('for broken JSON gets line, column and what was expected, without the secrets in it', async () => {
    const source = await boundSource();
    const body = '{"ticker":"BTCUSDT",\n"action":"buy" "secret":"hunter22"}';
    const { status, code, message } = await refusal(source.webhook_code, body);
    expect([status, code]).toEqual([400, 'BODY_MALFORMED']);
    expect(message).toContain('line 2, column 16');
    expect(message).toContain('"," or "}"');
    expect(message).not.toContain('hunter22');
    expect((await blocked(source.id)).map(({ reason_message }) => reason_message)).toEqual([message]);
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(0);
  });

  it.each([
    ['an unreadable time', { time: 'soon' }, 'soon'],
    ['a time of tomorrow', { time: '2099-01-01T00:00:00Z' }, 'ahead'],
    ['an unreadable limit of its own', { maxLag: 'a while' }, 'a while'],
    ['an unfilled time', { timenow: '{{timenow}}' }, '{{timenow}}'],
  ])('is refused for %s where an age limit is set', async (_, fields, named) => {
    const source = await boundSource({ max_lag_sec: 60 });
    const { status, code, message } = await refusal(source.webhook_code, {
      symbol: 'BTCUSDT',
      action: 'buy',
      ...fields,
    });
    expect([status, code]).toEqual([422, 'TIME_UNREADABLE']);
    expect(message).toContain(named);
  });

  it('for its own age limit, when that is the smaller one', async () => {
    const source = await boundSource({ max_lag_sec: 600 });
    const signal = { symbol: 'BTCUSDT', action: 'buy', time: server.ctx.clock.now() - 120_000 };
    expect(await refusal(source.webhook_code, { ...signal, max_lag: '60' })).toMatchObject({ code: 'STALE_SIGNAL' });
    expect(await accepted(source.webhook_code, { ...signal, max_lag: 300 })).toMatchObject({ duplicate: false });
  });
});

describe('the sender', () => {
  it('is known by the socket, whatever the headers say', async () => {
    const source = await boundSource({ allowed_ips_json: ['52.89.214.238'] });
    const claims = [
      'x-forwarded-for',
      'x-real-ip',
      'cf-connecting-ip',
      'true-client-ip',
      'x-client-ip',
      'forwarded',
      'x-cluster-client-ip',
      'fastly-client-ip',
    ];
    for (const name of claims) {
      const value = name === 'forwarded' ? 'for=52.89.214.238' : '52.89.214.238';
      expect((await refusal(source.webhook_code, 'BTCUSDT buy', { [name]: value })).code).toBe('IP_NOT_ALLOWED');
    }
  });
  it('is who the trusted proxy says, from the right', async () => {
    const env = { ...server.ctx.env, TRUSTED_PROXIES: ['127.0.0.1'] };
    const { url } = await server.listen({ env });
    const source = await boundSource({ allowed_ips_json: ['52.89.214.238'] });
    expect(
      await accepted(source.webhook_code, 'BTCUSDT buy', { 'x-forwarded-for': '1.2.3.4, 52.89.214.238' }, url),
    ).toMatchObject({ accounts: 1 });
    for (const header of ['52.89.214.238, 1.2.3.4', '52.89.214.238, nonsense', '']) {
      expect((await refusal(source.webhook_code, 'BTCUSDT buy', { 'x-forwarded-for': header }, url)).code).toBe(
        'IP_NOT_ALLOWED',
      );
    }
  });

  it('signs exactly the bytes that are sent', async () => {
    const source = await boundSource({ require_signature: true });
    const made = await rotateWebhookSecret(server.ctx, source.owner_user_id, {
      sourceId: source.id,
      kind: 'SIGNING_SECRET',
    });
    const secret = made.ok ? made.secret : '';
    const body = '{ "symbol" : "BTCUSDT",\n "action":"buy" }';
    const hex = createHmac('sha256', secret).update(body).digest('hex');
    expect((await refusal(source.webhook_code, JSON.stringify(JSON.parse(body)), { 'x-signature': hex })).code).toBe(
      'SIGNATURE_INVALID',
    );
    expect((await accepted(source.webhook_code, body, { 'x-signature': `sha256=${hex}` })).duplicate).toBe(false);
    expect((await accepted(source.webhook_code, body, { 'x-hub-signature-256': `sha256=${hex}` })).duplicate).toBe(
      true,
    );

    const timestamp = String(Math.floor(server.ctx.clock.now() / 1000));
    const bytes = signStandard({ id: 'msg_1', timestamp, rawBody: Buffer.from(body), secret });
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,AAAA v1,${bytes.toString('base64')}`,
    };
    expect(await accepted(source.webhook_code, body, headers)).toMatchObject({ event_uid: 'msg_1', duplicate: false });
    server.ctx.clock.advance(300_000);
    expect((await accepted(source.webhook_code, body, headers)).duplicate).toBe(true);
    server.ctx.clock.advance(1_000);
    expect(await refusal(source.webhook_code, body, headers)).toMatchObject({ status: 403, code: 'SIGNATURE_EXPIRED' });
  });

  it('sends its token, which is stored nowhere', async () => {
    const source = await boundSource();
    const made = await rotateWebhookSecret(server.ctx, source.owner_user_id, {
      sourceId: source.id,
      kind: 'BODY_TOKEN',
    });
    const token = made.ok ? made.secret : '';
    expect((await refusal(source.webhook_code, 'BTCUSDT buy')).code).toBe('TOKEN_MISSING');
    expect((await refusal(source.webhook_code, { token: 'guess', symbol: 'BTCUSDT', action: 'buy' })).code).toBe(
      'TOKEN_INVALID',
    );
    const nested = {
      secret: token,
      message: `BTCUSDT buy ${token}`,
      deep: [{ token, note: `x${token}x` }],
      action: token.slice(4, 20),
    };
    const answer = await accepted(source.webhook_code, nested);
    await accepted(source.webhook_code, { secret: token, message: `BTCUSDT buy ${token}` });
    await refusal(source.webhook_code, `{"secret":"${token}","price":{{close}}}`);
    const open = await boundSource();
    await refusal(open.webhook_code, `{"secret":"${token}","ticker":"BTCUSDT","action":"buy","price":{{close}}}`);
    await accepted(open.webhook_code, `payload=${encodeURIComponent(JSON.stringify({ token, action: 'buy' }))}`);
    expect(JSON.stringify(answer)).not.toContain(token);
    for (const table of [
      'webhook_sources',
      'webhook_receipts',
      'webhook_events',
      'webhook_blocked_attempts',
      'trade_jobs',
    ]) {
      const rows = await server.ctx.db.query(`SELECT * FROM ${table}`);
      expect(
        JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
      ).not.toContain(token);
    }
    expect(server.logged.join('\n')).not.toContain(token);
  });
});
