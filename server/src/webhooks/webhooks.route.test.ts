import { createHmac } from 'node:crypto';
import net from 'node:net';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../infra/database.js';
import { makeAccount, makeBinding, makeSource, makeUser } from '../testing/make.js';
import { startWebhookServer, type WebhookTestServer } from '../testing/webhook-test-server.js';
import { rotateWebhookSecret } from './rotate-webhook-secret.js';
import { signStandard } from './verify-signature.js';
import { errorAnswer, receiptAnswer, signalAnswer, type ReceiptAnswer, type SignalAnswer } from './webhook-answers.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());

type SourceColumns = Parameters<typeof makeSource>[1];

/** A source bound to one simulation account of its owner. */
async function boundSource(columns: SourceColumns = {}) {
  const source = await makeSource(server.ctx.db, { rate_limit_per_min: 6000, ...columns });
  const binding = await makeBinding(server.ctx.db, { webhook_source_id: source.id });
  return { ...source, accountId: binding.exchange_account_id };
}

type Body = NonNullable<RequestInit['body']>;

async function post(code: string, body: Body | object, headers: Record<string, string> = {}, base = server.url) {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof ReadableStream;
  const response = await fetch(`${base}/webhooks/${code}`, {
    method: 'POST',
    body: isRaw ? (body as Body) : JSON.stringify(body),
    headers: { 'content-type': isRaw ? 'text/plain' : 'application/json', ...headers },
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  } as RequestInit);
  const answer = (await response.json()) as unknown;
  return { status: response.status, headers: response.headers, answer };
}
const accepted = async (...args: Parameters<typeof post>): Promise<SignalAnswer> => {
  const { status, answer } = await post(...args);
  expect(status).toBeLessThan(300);
  return signalAnswer.parse(answer);
};
const refusal = async (...args: Parameters<typeof post>) => {
  const { status, answer } = await post(...args);
  const { error, receipt } = errorAnswer.parse(answer);
  return { status, code: error.code, message: error.message, receipt };
};
const count = async (table: string, where: string, values: unknown[]): Promise<number> => {
  const [row] = await server.ctx.db.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM ${table} WHERE ${where}`, values);
  return Number(row?.n);
};
const receiptOf = async (code: string, receipt: string): Promise<ReceiptAnswer> => {
  const response = await fetch(`${server.url}/webhooks/${code}/receipts/${receipt}`);
  expect(response.status).toBe(200);
  return receiptAnswer.parse(await response.json());
};

describe('a signal that is accepted', () => {
  it('is a receipt, an event, a pending job and a live event, and its executor and owner are woken', async () => {
    const source = await boundSource();
    const { status, answer } = await post(source.webhook_code, 'SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)');
    expect(status).toBe(202);
    const { receipt, event_uid, ...rest } = signalAnswer.parse(answer);
    expect(rest).toEqual({ action: 'BUY_SIGNAL', symbol: 'SOL/USDT', accounts: 1, duplicate: false });

    const row = await server.ctx.db.prisma.webhookReceipt.findUniqueOrThrow({
      where: { receipt },
      include: { events: { include: { trade_jobs: true } } },
    });
    expect(row).toMatchObject({ outcome: 'ACCEPTED', http_status: 202, event_uid, accounts: 1, source_ip: '127.0.0.1' });
    expect(row.received_at.getTime()).toBe(server.ctx.clock.now());
    const [event] = row.events;
    expect(event).toMatchObject({
      ...{ target_account_id: source.accountId, event_uid, symbol_raw: 'SOLUSDT.P', symbol_normalized: 'SOL/USDT' },
      ...{ action: 'BUY_SIGNAL', timeframe: 'H1', status: 'PROCESSED', validation_error: null, trade_mode: 'SIMULATION' },
      raw_text: 'SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)',
    });
    expect(event?.price_reference?.toFixed()).toBe('83.09');
    const [job] = event?.trade_jobs ?? [];
    expect(job).toMatchObject({ status: 'PENDING', side: 'BUY', symbol: 'SOL/USDT', origin: 'WEBHOOK', vault_id: null });
    expect(server.tickets.at(-1)?.jobId).toBe(job?.id);
    expect(server.woken.at(-1)).toBe(source.owner_user_id);
    const live = await server.ctx.db.query('SELECT seq, topic, entity_id FROM live_events WHERE user_id = ?', [source.owner_user_id]);
    expect([...live]).toEqual([{ seq: 1, topic: 'JOB', entity_id: job?.id }]);
  });

  it('is stored and never traded when it is not understood', async () => {
    const source = await boundSource();
    const answer = await accepted(source.webhook_code, 'BTCUSDT buy sell');
    expect(answer).toMatchObject({ action: 'UNKNOWN', symbol: 'BTC/USDT', accounts: 1, reason: { code: 'SIGNAL_UNKNOWN' } });
    const event = await server.ctx.db.prisma.webhookEvent.findFirstOrThrow({ where: { webhook_source_id: source.id } });
    expect(event).toMatchObject({ status: 'FAILED', action: 'UNKNOWN', validation_error: answer.reason?.message });
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(0);
    expect((await receiptOf(source.webhook_code, answer.receipt)).accounts).toEqual([{ status: 'NOT_TRADED', reason: null, progress: null }]);
  });

  it('may be empty, which says nothing', async () => {
    const source = await boundSource();
    const response = await fetch(`${server.url}/webhooks/${source.webhook_code}`, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(signalAnswer.parse(await response.json()).action).toBe('UNKNOWN');
  });

  it('reaches nobody while nothing is bound', async () => {
    const source = await makeSource(server.ctx.db);
    const before = server.tickets.length;
    expect(await accepted(source.webhook_code, 'BTCUSDT buy')).toMatchObject({ action: 'BUY_SIGNAL', accounts: 0 });
    expect(server.tickets.length).toBe(before);
  });

  it('skips accounts that must not trade and passes over bindings that are switched off', async () => {
    const source = await boundSource();
    const { owner_user_id: user_id, id: webhook_source_id } = source;
    const { db } = server.ctx;
    const off = await makeAccount(db, { user_id, is_active: false });
    const real = await makeAccount(db, { user_id, is_simulation: false });
    const unbound = await makeAccount(db, { user_id });
    for (const account of [off, real]) await makeBinding(db, { webhook_source_id, exchange_account_id: account.id });
    await makeBinding(db, { webhook_source_id, exchange_account_id: unbound.id, is_active: false });

    const answer = await accepted(source.webhook_code, 'BTCUSDT sell');
    expect(answer.accounts).toBe(3);
    const jobs = await db.prisma.tradeJob.findMany({ where: { webhook_event: { webhook_source_id } }, orderBy: { id: 'asc' } });
    expect(jobs.map((job) => [job.exchange_account_id, job.status, job.reason_code])).toEqual([
      [source.accountId, 'PENDING', null],
      [off.id, 'SKIPPED', 'ACCOUNT_INACTIVE'],
      [real.id, 'SKIPPED', 'MODE_MISMATCH'],
    ]);
    expect(server.tickets.filter(({ jobId }) => jobs.some(({ id }) => id === jobId)).map(({ jobId }) => jobId)).toEqual([jobs[0]?.id]);
    expect((await receiptOf(source.webhook_code, answer.receipt)).accounts.map(({ status, reason }) => [status, reason?.code])).toEqual([
      ['PENDING', undefined],
      ['SKIPPED', 'ACCOUNT_INACTIVE'],
      ['SKIPPED', 'MODE_MISMATCH'],
    ]);
  });

  it('goes to a thousand accounts in one transaction', async () => {
    const { db } = server.ctx;
    const source = await makeSource(db);
    await db.prisma.exchangeAccount.createMany({
      data: Array.from({ length: 1000 }, (_, i) => ({ user_id: source.owner_user_id, exchange: 'BINANCE_SPOT', label: `many ${i}`, is_simulation: true })),
    });
    await db.query(
      'INSERT INTO account_webhook_bindings (webhook_source_id, exchange_account_id) SELECT ?, id FROM exchange_accounts WHERE user_id = ?',
      [source.id, source.owner_user_id],
    );
    const before = server.tickets.length;
    expect((await accepted(source.webhook_code, 'BTCUSDT buy')).accounts).toBe(1000);
    const ids = new Set(server.tickets.slice(before).map(({ jobId }) => jobId));
    expect(ids.size).toBe(1000);
    const live = await db.query<{ seq: number; entity_id: number }[]>('SELECT seq, entity_id FROM live_events WHERE user_id = ? ORDER BY seq', [source.owner_user_id]);
    expect(live.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
    expect(new Set(live.map(({ entity_id }) => entity_id))).toEqual(ids);
  });

  it.each(['application/json', 'text/plain; charset=utf-8', 'application/x-www-form-urlencoded', ';;;', 'multipart/form-data', 'a/b/c', ''])(
    'has any content type, such as "%s"',
    async (type) => {
      const source = await boundSource();
      expect(await accepted(source.webhook_code, '{"ticker":"BTCUSDT","action":"buy"}', { 'content-type': type })).toMatchObject({ action: 'BUY_SIGNAL' });
    },
  );
});

describe('a signal that comes again', () => {
  it('is one signal when fifty copies arrive at once', async () => {
    const source = await boundSource();
    const before = server.tickets.length;
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(source.webhook_code, 'BTCUSDT buy')));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(49);
    const parsed = answers.map(({ answer }) => signalAnswer.parse(answer));
    expect(new Set(parsed.map(({ receipt }) => receipt)).size).toBe(1);
    expect(parsed.filter(({ duplicate }) => duplicate)).toHaveLength(49);
    expect(await count('webhook_receipts', 'webhook_source_id = ?', [source.id])).toBe(1);
    expect(await count('webhook_receipts', 'webhook_source_id = ? AND duplicates = 49', [source.id])).toBe(1);
    expect(await count('webhook_events', 'webhook_source_id = ?', [source.id])).toBe(1);
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(1);
    expect(await count('live_events', 'user_id = ?', [source.owner_user_id])).toBe(1);
    expect(server.tickets.length).toBe(before + 1);
  });

  it('by its body is the same signal inside the window and a new one from its end on', async () => {
    const source = await boundSource({ identity_window_sec: 30 });
    const { clock } = server.ctx;
    const first = await accepted(source.webhook_code, 'BTCUSDT buy');
    clock.advance(29_999);
    expect(await accepted(source.webhook_code, 'BTCUSDT buy')).toMatchObject({ duplicate: true, receipt: first.receipt, accounts: 1 });
    clock.advance(1);
    const second = await Promise.all(Array.from({ length: 10 }, () => accepted(source.webhook_code, 'BTCUSDT buy')));
    expect(second.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    const uids = new Set(second.map(({ event_uid }) => event_uid));
    expect([...uids]).toEqual([first.event_uid.replace(/:1$/, ':2')]);
    clock.advance(29_999);
    expect(await accepted(source.webhook_code, 'BTCUSDT buy')).toMatchObject({ duplicate: true, event_uid: [...uids][0] });
  });

  it('by its own id stays the same signal for ever, whatever else it says', async () => {
    const source = await boundSource();
    const first = await accepted(source.webhook_code, { id: 'A-1', symbol: 'BTCUSDT', action: 'buy' });
    expect(first.event_uid).toBe('A-1');
    server.ctx.clock.advance(86_400_000);
    const again = await accepted(source.webhook_code, { id: 'A-1', symbol: 'ETHUSDT', action: 'sell' });
    expect(again).toEqual({ ...first, duplicate: true });
    expect((await accepted(source.webhook_code, { id: 'a-1', symbol: 'BTCUSDT', action: 'buy' })).duplicate).toBe(false);
    expect((await receiptOf(source.webhook_code, first.receipt)).duplicates).toBe(1);
  });

  it('at another source is another signal', async () => {
    const [one, two] = [await boundSource(), await boundSource()];
    expect((await accepted(one.webhook_code, 'BTCUSDT buy')).duplicate).toBe(false);
    expect((await accepted(two.webhook_code, 'BTCUSDT buy')).duplicate).toBe(false);
  });

  it('of two hundred ids sent three times each at once is traded two hundred times', async () => {
    const source = await boundSource({ rate_limit_per_min: 6000 });
    for (let round = 0; round < 2; round++) {
      await Promise.all(
        Array.from({ length: 300 }, (_, i) => accepted(source.webhook_code, { id: `r${round}-${i % 100}`, symbol: 'BTCUSDT', action: 'buy' })),
      );
    }
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(200);
    expect(await count('webhook_receipts', 'webhook_source_id = ? AND duplicates = 2', [source.id])).toBe(200);
    const live = await server.ctx.db.query<{ seq: number }[]>('SELECT seq FROM live_events WHERE user_id = ? ORDER BY seq', [source.owner_user_id]);
    expect(live.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
  });
});

describe('a signal that is refused', () => {
  const blocked = (sourceId: number) =>
    server.ctx.db.prisma.webhookBlockedAttempt.findMany({ where: { webhook_source_id: sourceId }, include: { webhook_receipt: true } });

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
    const { status, code, receipt = '' } = await refusal(source.webhook_code, 'BTCUSDT buy', { 'user-agent': 'probe/1' });
    expect([status, code]).toEqual([403, 'SOURCE_LOCKED']);
    const [attempt, ...others] = await blocked(source.id);
    expect(others).toEqual([]);
    expect(attempt).toMatchObject({ reason_code: 'SOURCE_LOCKED', ip: '127.0.0.1', user_agent: 'probe/1' });
    expect(attempt?.webhook_receipt).toMatchObject({ receipt, outcome: 'REFUSED', http_status: 403, event_uid: null, body_bytes: 11 });
    expect(await count('webhook_events', 'webhook_source_id = ?', [source.id])).toBe(0);
    expect(await receiptOf(source.webhook_code, receipt)).toMatchObject({ outcome: 'REFUSED', reason: { code: 'SOURCE_LOCKED' }, accounts: [] });
  });

  it('is judged in the order of the rules', async () => {
    const big = 'x'.repeat(70_000);
    const everything = { admin_locked: true, allowed_ips_json: ['203.0.113.7'], require_signature: true, rate_limit_per_min: 1, max_lag_sec: 5 };
    const source = await boundSource(everything);
    const update = (data: SourceColumns) => server.ctx.db.prisma.webhookSource.update({ where: { id: source.id }, data: data as never });
    const stale = { symbol: 'BTCUSDT', action: 'buy', time: '2020-01-01T00:00:00Z' };
    expect((await refusal(source.webhook_code, stale)).code).toBe('SOURCE_LOCKED');
    await update({ admin_locked: false });
    expect((await refusal(source.webhook_code, stale)).code).toBe('IP_NOT_ALLOWED');
    expect((await refusal(source.webhook_code, big)).code).toBe('IP_NOT_ALLOWED');
    await update({ allowed_ips_json: ['127.0.0.0/8'] });
    expect((await refusal(source.webhook_code, stale)).code).toBe('SIGNATURE_INVALID'); // no secret yet: closed
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

  it('for its rate says when to come back, and is counted to one', async () => {
    const source = await boundSource({ rate_limit_per_min: 7 });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => post(source.webhook_code, `BTCUSDT buy ${i}`)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused).toHaveLength(23);
    for (const { headers } of refused) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(7);
    expect(await blocked(source.id)).toHaveLength(23);
  });

  it('for its age is told 422, unless it is a late repeat of one that came in time', async () => {
    const source = await boundSource({ max_lag_sec: 60 });
    const signal = { symbol: 'BTCUSDT', action: 'buy', timenow: server.ctx.clock.now() };
    const first = await accepted(source.webhook_code, signal);
    server.ctx.clock.advance(61_000);
    expect(await accepted(source.webhook_code, signal)).toEqual({ ...first, duplicate: true });
    const stale = await refusal(source.webhook_code, { ...signal, action: 'sell' });
    expect(stale).toMatchObject({ status: 422, code: 'STALE_SIGNAL' });
    expect(stale.message).toContain('61 s');
    expect(await accepted(source.webhook_code, { symbol: 'BTCUSDT', action: 'sell', timenow: server.ctx.clock.now() - 60_000 })).toMatchObject({ duplicate: false });
    expect((await blocked(source.id)).map(({ reason_code }) => reason_code)).toEqual(['STALE_SIGNAL']);
  });
});

describe('who may send', () => {
  it('is known by the socket, whatever the headers say', async () => {
    const source = await boundSource({ allowed_ips_json: ['52.89.214.238'] });
    const claims = ['x-forwarded-for', 'x-real-ip', 'cf-connecting-ip', 'true-client-ip', 'x-client-ip', 'forwarded', 'x-cluster-client-ip', 'fastly-client-ip'];
    for (const name of claims) {
      const value = name === 'forwarded' ? 'for=52.89.214.238' : '52.89.214.238';
      expect((await refusal(source.webhook_code, 'BTCUSDT buy', { [name]: value })).code).toBe('IP_NOT_ALLOWED');
    }
  });
  it('is who the trusted proxy says, from the right', async () => {
    const env = { ...server.ctx.env, TRUSTED_PROXIES: ['127.0.0.1'] };
    const { url } = await server.listen({ env });
    const source = await boundSource({ allowed_ips_json: ['52.89.214.238'] });
    expect(await accepted(source.webhook_code, 'BTCUSDT buy', { 'x-forwarded-for': '1.2.3.4, 52.89.214.238' }, url)).toMatchObject({ accounts: 1 });
    for (const header of ['52.89.214.238, 1.2.3.4', '52.89.214.238, nonsense', '']) {
      expect((await refusal(source.webhook_code, 'BTCUSDT buy', { 'x-forwarded-for': header }, url)).code).toBe('IP_NOT_ALLOWED');
    }
  });

  it('signs exactly the bytes that are sent', async () => {
    const source = await boundSource({ require_signature: true });
    const made = await rotateWebhookSecret(server.ctx, source.owner_user_id, { sourceId: source.id, kind: 'SIGNING_SECRET' });
    const secret = made.ok ? made.value.secret : '';
    const body = '{ "symbol" : "BTCUSDT",\n "action":"buy" }';
    const hex = createHmac('sha256', secret).update(body).digest('hex');
    expect((await refusal(source.webhook_code, JSON.stringify(JSON.parse(body)), { 'x-signature': hex })).code).toBe('SIGNATURE_INVALID');
    expect((await accepted(source.webhook_code, body, { 'x-signature': `sha256=${hex}` })).duplicate).toBe(false);
    expect((await accepted(source.webhook_code, body, { 'x-hub-signature-256': `sha256=${hex}` })).duplicate).toBe(true);

    const timestamp = String(Math.floor(server.ctx.clock.now() / 1000));
    const bytes = signStandard({ id: 'msg_1', timestamp, rawBody: Buffer.from(body), secret });
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,AAAA v1,${bytes.toString('base64')}` };
    expect(await accepted(source.webhook_code, body, headers)).toMatchObject({ event_uid: 'msg_1', duplicate: false });
    server.ctx.clock.advance(300_000);
    expect((await accepted(source.webhook_code, body, headers)).duplicate).toBe(true);
    server.ctx.clock.advance(1_000);
    expect(await refusal(source.webhook_code, body, headers)).toMatchObject({ status: 403, code: 'SIGNATURE_EXPIRED' });
  });

  it('shows its token, which is kept nowhere', async () => {
    const source = await boundSource();
    const made = await rotateWebhookSecret(server.ctx, source.owner_user_id, { sourceId: source.id, kind: 'BODY_TOKEN' });
    const token = made.ok ? made.value.secret : '';
    expect((await refusal(source.webhook_code, 'BTCUSDT buy')).code).toBe('TOKEN_MISSING');
    expect((await refusal(source.webhook_code, { token: 'guess', symbol: 'BTCUSDT', action: 'buy' })).code).toBe('TOKEN_INVALID');
    const nested = { secret: token, message: `BTCUSDT buy ${token}`, deep: [{ token, note: `x${token}x` }], action: token.slice(4, 20) };
    const answer = await accepted(source.webhook_code, nested);
    await accepted(source.webhook_code, { secret: token, message: `BTCUSDT buy ${token}` });
    await refusal(source.webhook_code, `{"secret":"${token}","price":{{close}}}`);
    const open = await boundSource();
    await accepted(open.webhook_code, `{"secret":"${token}","ticker":"BTCUSDT","action":"buy","price":{{close}}}`);
    expect(JSON.stringify(answer)).not.toContain(token);
    for (const table of ['webhook_sources', 'webhook_receipts', 'webhook_events', 'webhook_blocked_attempts', 'trade_jobs']) {
      const rows = await server.ctx.db.query(`SELECT * FROM ${table}`);
      expect(JSON.stringify(rows, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(token);
    }
    expect(server.logged.join('\n')).not.toContain(token);
  });
});

describe('the wire', () => {
  it('takes 64 KiB and not a byte more', async () => {
    const source = await boundSource();
    const pad = (length: number) => 'BTCUSDT buy'.padEnd(length, ' ');
    expect(await accepted(source.webhook_code, pad(65_536))).toMatchObject({ action: 'BUY_SIGNAL' });
    expect(await refusal(source.webhook_code, pad(65_537))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await refusal(source.webhook_code, pad(10_000_000))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
    expect(await count('webhook_receipts', 'webhook_source_id = ? AND http_status = 413', [source.id])).toBe(2);
    expect((await post('no-such-code', pad(65_537))).status).toBe(404);
  });

  it('takes a body in pieces of unknown length, and refuses one that never ends', async () => {
    const source = await boundSource();
    const pieces = ['BTCU', 'SDT b', 'uy'].map((piece) => new TextEncoder().encode(piece));
    const stream = () => new ReadableStream({ pull: (controller) => (pieces.length ? controller.enqueue(pieces.shift()) : controller.close()) });
    expect(await accepted(source.webhook_code, stream())).toMatchObject({ action: 'BUY_SIGNAL' });
    let sent = 0;
    const endless = new ReadableStream({
      pull: (controller) => (sent++ < 200 ? controller.enqueue(new Uint8Array(1024).fill(32)) : controller.close()),
    });
    expect(await refusal(source.webhook_code, endless)).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  });

  it('does not wait for ever for a body', async () => {
    const { port } = await server.listen({}, { bodyTimeoutMs: 50 });
    const source = await boundSource();
    const answer = await raw(port, `POST /webhooks/${source.webhook_code} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBTCUSDT`);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('BODY_UNREADABLE');
    expect(await count('webhook_blocked_attempts', 'webhook_source_id = ?', [source.id])).toBe(1);
  });

  it('stores nothing of a sender who hangs up halfway but the refusal', async () => {
    const source = await boundSource();
    const socket = net.connect(server.port, '127.0.0.1');
    socket.write(`POST /webhooks/${source.webhook_code} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nBTCUSDT buy`);
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    setImmediate(() => socket.end());
    await expect.poll(() => count('webhook_blocked_attempts', 'webhook_source_id = ?', [source.id]), { timeout: 10_000 }).toBe(1);
    expect(await count('webhook_events', 'webhook_source_id = ?', [source.id])).toBe(0);
  });

  it.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('answers 405 to %s, for any address alike', async (method) => {
    const source = await boundSource();
    for (const code of [source.webhook_code, 'no-such-code']) {
      const response = await fetch(`${server.url}/webhooks/${code}`, { method, ...(method !== 'GET' && { body: 'BTCUSDT buy' }) });
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

describe('receipts', () => {
  it('are shown only at their own address', async () => {
    const [one, two] = [await boundSource(), await boundSource()];
    const { receipt } = await accepted(one.webhook_code, 'BTCUSDT buy');
    const answers = await Promise.all(
      [`${two.webhook_code}/receipts/${receipt}`, `no-such/receipts/${receipt}`, `${one.webhook_code}/receipts/${'0'.repeat(26)}`, `${one.webhook_code}/receipts/x`].map(
        async (path) => {
          const response = await fetch(`${server.url}/webhooks/${path}`);
          return [response.status, await response.json()];
        },
      ),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(answers[0]?.[0]).toBe(404);
  });

  it('show how far each account got and nothing that belongs to the owner', async () => {
    const { db } = server.ctx;
    const owner = await makeUser(db, { email: 'owner-canary@example.com' });
    const source = await makeSource(db, { owner_user_id: owner.id, label: 'label-canary' });
    const account = await makeAccount(db, { user_id: owner.id, label: 'account-canary' });
    await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
    const { receipt } = await accepted(source.webhook_code, 'BTCUSDT buy');
    const at = new Date(server.ctx.clock.now());
    const job = await db.prisma.tradeJob.findFirstOrThrow({ where: { exchange_account_id: account.id } });
    const show = async () => (await receiptOf(source.webhook_code, receipt)).accounts;
    expect(await show()).toEqual([{ status: 'PENDING', reason: null, progress: null }]);
    await db.prisma.tradeJob.update({
      where: { id: job.id },
      data: { status: 'FAILED', reason_code: 'EXCHANGE_REFUSED', reason_message: 'amount-canary 123.45', quote_amount: '777.123', queued_at: at, claimed_at: at },
    });
    await db.prisma.tradeExecution.create({
      data: {
        ...{ trade_job_id: job.id, exchange_account_id: account.id, trade_mode: 'SIMULATION', exchange: 'BINANCE_SPOT', side: 'BUY' },
        ...{ client_order_id: 'coid-canary', status_exchange: 'REJECTED', order_type: 'MARKET', requested_qty: '777', send_before: at, sent_at: at },
      },
    });
    expect(await show()).toEqual([{ status: 'FAILED', reason: { code: 'EXCHANGE_REFUSED', message: 'The exchange refused the order.' }, progress: 'SENT' }]);
    const text = await (await fetch(`${server.url}/webhooks/${source.webhook_code}/receipts/${receipt}`)).text();
    expect(text).not.toMatch(/canary|777/);
  });
});

describe('when something is away', () => {
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
    const { url } = await server.listen({ db: { ...db, transaction: () => Promise.reject(new Error('the server has gone away')) } });
    const source = await boundSource();
    const before = server.tickets.length;
    expect(await refusal(source.webhook_code, 'BTCUSDT buy', {}, url)).toMatchObject({ status: 503, code: 'SERVICE_UNAVAILABLE' });
    expect(server.tickets.length).toBe(before);
    expect((await accepted(source.webhook_code, 'BTCUSDT buy')).duplicate).toBe(false);
  });
});

it('serves an OpenAPI document that describes the answers and names nothing it does not hold', async () => {
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

/** One exchange over a bare socket; answers all that came until the server closed. */
function raw(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(request));
    let text = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer')));
    socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('close', () => resolve(text)).on('error', reject);
  });
}
