import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount, makeBinding, makeSource, makeUser } from '../../testing/make.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { signalAnswer } from './webhook-answers.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());
const { boundSource, post, accepted, count, receiptOf } = webhookClient(() => server);

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
    expect(row).toMatchObject({
      outcome: 'ACCEPTED',
      http_status: 202,
      event_uid,
      accounts: 1,
      source_ip: '127.0.0.1',
    });
    expect(row.received_at.getTime()).toBe(server.ctx.clock.now());
    const [event] = row.events;
    expect(event).toMatchObject({
      ...{ target_account_id: source.accountId, event_uid, symbol_raw: 'SOLUSDT.P', symbol_normalized: 'SOL/USDT' },
      ...{
        action: 'BUY_SIGNAL',
        timeframe: 'H1',
        status: 'RECEIVED',
        processed_at: null,
        validation_error: null,
        trade_mode: 'SIMULATION',
      },
      raw_text: 'SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)',
    });
    expect(event?.price_reference?.toFixed()).toBe('83.09');
    const [job] = event?.trade_jobs ?? [];
    expect(job).toMatchObject({
      status: 'PENDING',
      side: 'BUY',
      symbol: 'SOL/USDT',
      origin: 'WEBHOOK',
      vault_id: null,
    });
    expect(server.messages.at(-1)?.jobId).toBe(job?.id);
    expect(server.woken.at(-1)).toBe(source.owner_user_id);
    const live = await server.ctx.db.query(
      'SELECT seq, topic, entity_id FROM live_events WHERE user_id = ? ORDER BY seq',
      [source.owner_user_id],
    );
    expect([...live]).toEqual([
      { seq: 1, topic: 'RECEIPT', entity_id: expect.any(Number) },
      { seq: 2, topic: 'JOB', entity_id: job?.id },
    ]);
  });

  it('is stored and never traded when it is not understood', async () => {
    const source = await boundSource();
    const answer = await accepted(source.webhook_code, 'BTCUSDT buy sell');
    expect(answer).toMatchObject({
      action: 'UNKNOWN',
      symbol: 'BTC/USDT',
      accounts: 1,
      reason: { code: 'SIGNAL_UNKNOWN' },
    });
    const event = await server.ctx.db.prisma.webhookEvent.findFirstOrThrow({ where: { webhook_source_id: source.id } });
    expect(event).toMatchObject({ status: 'FAILED', action: 'UNKNOWN', validation_error: answer.reason?.message });
    expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(0);
    expect((await receiptOf(source.webhook_code, answer.receipt)).accounts).toEqual([
      { status: 'NOT_TRADED', reason: null, progress: null },
    ]);
  });

  it('may be empty, which means nothing', async () => {
    const source = await boundSource();
    const response = await fetch(`${server.url}/webhooks/${source.webhook_code}`, { method: 'POST' });
    expect(response.status).toBe(202);
    expect(signalAnswer.parse(await response.json()).action).toBe('UNKNOWN');
  });

  it('reaches no account while none is bound', async () => {
    const source = await makeSource(server.ctx.db);
    const before = server.messages.length;
    expect(await accepted(source.webhook_code, 'BTCUSDT buy')).toMatchObject({ action: 'BUY_SIGNAL', accounts: 0 });
    expect(server.messages.length).toBe(before);
  });

  it('skips accounts that must not trade and bindings that are switched off', async () => {
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
    const events = await db.prisma.webhookEvent.findMany({ where: { webhook_source_id }, orderBy: { id: 'asc' } });
    expect(events.map(({ status }) => status)).toEqual(['RECEIVED', 'PROCESSED', 'PROCESSED']);
    const jobs = await db.prisma.tradeJob.findMany({
      where: { webhook_event: { webhook_source_id } },
      orderBy: { id: 'asc' },
    });
    expect(jobs.map((job) => [job.exchange_account_id, job.status, job.reason_code])).toEqual([
      [source.accountId, 'PENDING', null],
      [off.id, 'SKIPPED', 'ACCOUNT_INACTIVE'],
      [real.id, 'SKIPPED', 'MODE_MISMATCH'],
    ]);
    expect(
      server.messages.filter(({ jobId }) => jobs.some(({ id }) => id === jobId)).map(({ jobId }) => jobId),
    ).toEqual([jobs[0]?.id]);
    expect(
      (await receiptOf(source.webhook_code, answer.receipt)).accounts.map(({ status, reason }) => [
        status,
        reason?.code,
      ]),
    ).toEqual([
      ['PENDING', undefined],
      ['SKIPPED', 'ACCOUNT_INACTIVE'],
      ['SKIPPED', 'MODE_MISMATCH'],
    ]);
  });

  it('goes to a thousand accounts in one transaction', async () => {
    const { db } = server.ctx;
    const source = await makeSource(db);
    await db.prisma.exchangeAccount.createMany({
      data: Array.from({ length: 1000 }, (_, i) => ({
        user_id: source.owner_user_id,
        exchange: 'BINANCE_SPOT',
        label: `many ${i}`,
        is_simulation: true,
      })),
    });
    await db.query(
      'INSERT INTO account_webhook_bindings (webhook_source_id, exchange_account_id) SELECT ?, id FROM exchange_accounts WHERE user_id = ?',
      [source.id, source.owner_user_id],
    );
    const before = server.messages.length;
    expect((await accepted(source.webhook_code, 'BTCUSDT buy')).accounts).toBe(1000);
    const ids = new Set(server.messages.slice(before).map(({ jobId }) => jobId));
    expect(ids.size).toBe(1000);
    const live = await db.query<{ seq: number; entity_id: number }[]>(
      "SELECT seq, entity_id FROM live_events WHERE user_id = ? AND topic = 'JOB' ORDER BY seq",
      [source.owner_user_id],
    );
    expect(live.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 1000 }, (_, i) => i + 2));
    expect(new Set(live.map(({ entity_id }) => entity_id))).toEqual(ids);
  });

  it.each([
    'application/json',
    'text/plain; charset=utf-8',
    'application/x-www-form-urlencoded',
    ';;;',
    'multipart/form-data',
    'a/b/c',
    '',
  ])('has any content type, such as "%s"', async (type) => {
    const source = await boundSource();
    expect(
      await accepted(source.webhook_code, '{"ticker":"BTCUSDT","action":"buy"}', { 'content-type': type }),
    ).toMatchObject({ action: 'BUY_SIGNAL' });
  });
});

describe('a signal that comes again', () => {
  it('is one signal when fifty copies arrive at once', async () => {
    const source = await boundSource();
    const before = server.messages.length;
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
    // One of the receipt and one of its job.
    expect(await count('live_events', 'user_id = ?', [source.owner_user_id])).toBe(2);
    expect(server.messages.length).toBe(before + 1);
  });

  it('by its body is the same signal inside the window and a new one from its end on', async () => {
    const source = await boundSource({ identity_window_sec: 30 });
    const { clock } = server.ctx;
    const first = await accepted(source.webhook_code, 'BTCUSDT buy');
    clock.advance(29_999);
    expect(await accepted(source.webhook_code, 'BTCUSDT buy')).toMatchObject({
      duplicate: true,
      receipt: first.receipt,
      accounts: 1,
    });
    clock.advance(1);
    const second = await Promise.all(Array.from({ length: 10 }, () => accepted(source.webhook_code, 'BTCUSDT buy')));
    expect(second.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    const uids = new Set(second.map(({ event_uid }) => event_uid));
    expect([...uids]).toEqual([first.event_uid.replace(/:1$/, ':2')]);
    clock.advance(29_999);
    expect(await accepted(source.webhook_code, 'BTCUSDT buy')).toMatchObject({
      duplicate: true,
      event_uid: [...uids][0],
    });
  });

  it('by its own id is the same signal for a day, for the same symbol and action', async () => {
    const source = await boundSource();
    const signal = { id: 'Long', symbol: 'BTCUSDT', action: 'buy' };
    const first = await accepted(source.webhook_code, signal);
    server.ctx.clock.advance(86_399_000);
    expect(await accepted(source.webhook_code, { ...signal, price: '7' })).toEqual({ ...first, duplicate: true });
    for (const other of [{ symbol: 'ETHUSDT' }, { action: 'sell' }, { id: 'long' }]) {
      expect((await accepted(source.webhook_code, { ...signal, ...other })).duplicate).toBe(false);
    }
    server.ctx.clock.advance(1_000);
    expect((await accepted(source.webhook_code, signal)).duplicate).toBe(false);
    expect((await receiptOf(source.webhook_code, first.receipt)).duplicates).toBe(1);
  });

  it('that could not be read does not block its id or its body, once it can be understood', async () => {
    const source = await boundSource();
    const signal = { id: 'A-1', symbol: 'BTCUSDT', timenow: server.ctx.clock.now() };
    const unread = await accepted(source.webhook_code, { ...signal, action: 'hodl' });
    expect(unread.action).toBe('UNKNOWN');
    expect(unread.reason?.message).toContain('hodl');
    expect(await accepted(source.webhook_code, { ...signal, action: 'hodl' })).toMatchObject({ duplicate: true });
    const corrected = await accepted(source.webhook_code, { ...signal, action: 'buy' });
    expect(corrected).toMatchObject({ action: 'BUY_SIGNAL', duplicate: false });
    expect(await accepted(source.webhook_code, { ...signal, action: 'buy' })).toMatchObject({ duplicate: true });
  });

  it('at another source is another signal', async () => {
    const [one, two] = [await boundSource(), await boundSource()];
    expect((await accepted(one.webhook_code, 'BTCUSDT buy')).duplicate).toBe(false);
    expect((await accepted(two.webhook_code, 'BTCUSDT buy')).duplicate).toBe(false);
  });

  it(
    'with two hundred ids, each sent three times at once, is traded two hundred times',
    { timeout: 60_000 },
    async () => {
      const source = await boundSource({ rate_limit_per_min: 6000 });
      for (let round = 0; round < 4; round++) {
        await Promise.all(
          Array.from({ length: 150 }, (_, i) =>
            accepted(source.webhook_code, { id: `r${round}-${i % 50}`, symbol: 'BTCUSDT', action: 'buy' }),
          ),
        );
      }
      expect(await count('trade_jobs', 'exchange_account_id = ?', [source.accountId])).toBe(200);
      expect(await count('webhook_receipts', 'webhook_source_id = ? AND duplicates = 2', [source.id])).toBe(200);
      const live = await server.ctx.db.query<{ seq: number }[]>(
        'SELECT seq FROM live_events WHERE user_id = ? ORDER BY seq',
        [source.owner_user_id],
      );
      expect(live.map(({ seq }) => Number(seq))).toEqual(Array.from({ length: 400 }, (_, i) => i + 1));
    },
  );
});

describe('receipts', () => {
  it('are shown only at their own address', async () => {
    const [one, two] = [await boundSource(), await boundSource()];
    const { receipt } = await accepted(one.webhook_code, 'BTCUSDT buy');
    const answers = await Promise.all(
      [
        `${two.webhook_code}/receipts/${receipt}`,
        `no-such/receipts/${receipt}`,
        `${one.webhook_code}/receipts/${'0'.repeat(26)}`,
        `${one.webhook_code}/receipts/x`,
      ].map(async (path) => {
        const response = await fetch(`${server.url}/webhooks/${path}`);
        return [response.status, await response.json()];
      }),
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
      data: {
        status: 'FAILED',
        reason_code: 'EXCHANGE_REFUSED',
        reason_message: 'amount-canary 123.45',
        quote_amount: '777.123',
        queued_at: at,
        claimed_at: at,
      },
    });
    await db.prisma.tradeExecution.create({
      data: {
        ...{
          trade_job_id: job.id,
          exchange_account_id: account.id,
          trade_mode: 'SIMULATION',
          exchange: 'BINANCE_SPOT',
          symbol: 'BTC/USDT',
          side: 'BUY',
        },
        ...{
          client_order_id: 'coid-canary',
          status_exchange: 'REJECTED',
          order_type: 'MARKET',
          requested_qty: '777',
          send_before: at,
          sent_at: at,
        },
      },
    });
    expect(await show()).toEqual([
      {
        status: 'FAILED',
        reason: { code: 'EXCHANGE_REFUSED', message: 'The exchange refused the order.' },
        progress: 'SENT',
      },
    ]);
    const text = await (await fetch(`${server.url}/webhooks/${source.webhook_code}/receipts/${receipt}`)).text();
    expect(text).not.toMatch(/canary|777/);
  });
});
