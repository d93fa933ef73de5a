import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhraseMeaning } from '../../core/signal/text/signal-phrases.js';
import { makeSource, makeUser } from '../../testing/make.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { forgetPhrase } from './forget-phrase.js';
import { previewPhrase } from './preview-phrase.js';
import type { Refusal } from '../../core/reasons.js';
import { teachPhrase } from './teach-phrase.js';
import { PHRASES_MAX } from './webhook-phrases.store.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());
const { boundSource, accepted, refusal, count } = webhookClient(() => server);

const value = <T extends { ok: true }>(outcome: T | Refusal): T => {
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome;
};
const fault = (outcome: { ok: true } | Refusal) => (outcome.ok ? null : outcome);

type Owned = { id: number; owner_user_id: number };
const teach = (source: Owned, phrase: string, meaning: PhraseMeaning = 'BUY') =>
  teachPhrase(server.ctx, source.owner_user_id, { sourceId: source.id, phrase, meaning });
const preview = (source: Owned, phrase: string, meaning: PhraseMeaning | null) =>
  previewPhrase(server.ctx, source.owner_user_id, { sourceId: source.id, phrase, meaning });
const phrasesOf = (source: Owned) =>
  server.ctx.db.prisma.webhookSourcePhrase.findMany({
    where: { webhook_source_id: source.id },
    orderBy: { id: 'asc' },
  });
const receiptRow = (receipt: string) => server.ctx.db.prisma.webhookReceipt.findUniqueOrThrow({ where: { receipt } });

/** A word that no source knows. */
const UNKNOWN_WORD = 'Zumpalão';
const MESSAGE = `BTCUSDT ${UNKNOWN_WORD}`;

describe('a phrase that is taught', () => {
  it('applies from the next message on, until it is forgotten', async () => {
    const source = await boundSource();
    expect((await accepted(source.webhook_code, `${MESSAGE} (1)`)).action).toBe('UNKNOWN');
    value(await teach(source, UNKNOWN_WORD));
    expect((await accepted(source.webhook_code, `${MESSAGE} (2)`)).action).toBe('BUY_SIGNAL');
    expect((await accepted(source.webhook_code, `BTCUSDT ZUMPALAO (3)`)).action).toBe('BUY_SIGNAL');
    const [taught] = await phrasesOf(source);
    const phraseId = taught?.id ?? 0;
    value(await forgetPhrase(server.ctx, source.owner_user_id, { sourceId: source.id, phraseId }));
    expect((await accepted(source.webhook_code, `${MESSAGE} (4)`)).action).toBe('UNKNOWN');
    expect(await phrasesOf(source)).toEqual([]);
  });

  it('applies to its own source only', async () => {
    const [one, other] = [await boundSource(), await boundSource()];
    value(await teach(one, UNKNOWN_WORD));
    expect((await accepted(other.webhook_code, MESSAGE)).action).toBe('UNKNOWN');
    expect((await accepted(one.webhook_code, MESSAGE)).action).toBe('BUY_SIGNAL');
  });

  it('is stored as typed and in the form used for comparing, with the user who taught it', async () => {
    const source = await makeSource(server.ctx.db);
    value(await teach(source, `  ${UNKNOWN_WORD}!  `, 'SELL'));
    expect(await phrasesOf(source)).toMatchObject([
      {
        ...{ phrase: `${UNKNOWN_WORD}!`, phrase_normalized: 'zumpalao', meaning: 'SELL' },
        created_by_user_id: source.owner_user_id,
      },
    ]);
  });

  it('is the same phrase in every spelling, and taught again it gets the new meaning', async () => {
    const source = await makeSource(server.ctx.db);
    value(await teach(source, 'Compra Já'));
    value(await teach(source, 'compra ja', 'NEUTRAL'));
    value(await teach(source, 'venda já', 'SELL'));
    expect((await phrasesOf(source)).map(({ phrase, meaning }) => [phrase, meaning])).toEqual([
      ['compra ja', 'NEUTRAL'],
      ['venda já', 'SELL'],
    ]);
  });

  it.each(['', '   ', '!!!', 'word '.repeat(60), 'x'.repeat(161)])('cannot be %j', async (phrase) => {
    const source = await makeSource(server.ctx.db);
    expect(fault(await teach(source, phrase, 'NEUTRAL'))).toMatchObject({ code: 'INVALID_INPUT', field: 'phrase' });
    expect(fault(await preview(source, phrase, 'NEUTRAL'))).toMatchObject({ code: 'INVALID_INPUT', field: 'phrase' });
    expect(await phrasesOf(source)).toEqual([]);
  });

  it('is refused when the source has the maximum number, also when two are taught at once', async () => {
    const source = await makeSource(server.ctx.db);
    await server.ctx.db.prisma.webhookSourcePhrase.createMany({
      data: Array.from({ length: PHRASES_MAX - 1 }, (_, index) => ({
        ...{ webhook_source_id: source.id, phrase: `word ${index}`, phrase_normalized: `word ${index}` },
        meaning: 'NEUTRAL',
      })),
    });
    const outcomes = await Promise.all(['aaa', 'bbb', 'ccc'].map((phrase) => teach(source, phrase, 'NEUTRAL')));
    expect(outcomes.map((outcome) => fault(outcome)?.code ?? 'taught').sort()).toEqual([
      ...['TOO_MANY_PHRASES', 'TOO_MANY_PHRASES', 'taught'],
    ]);
    expect((await phrasesOf(source)).length).toBe(PHRASES_MAX);
    // A known phrase may still get another meaning.
    expect(fault(await teach(source, 'word 0', 'SELL'))).toBeNull();
  });

  it('can be taught and forgotten only by the owner of its source', async () => {
    const source = await boundSource();
    const stranger = (await makeUser(server.ctx.db)).id;
    await accepted(source.webhook_code, MESSAGE);
    value(await teach(source, UNKNOWN_WORD));
    const [taught] = await phrasesOf(source);
    const outcomes = [
      await teachPhrase(server.ctx, stranger, { sourceId: source.id, phrase: 'mine', meaning: 'BUY' }),
      await forgetPhrase(server.ctx, stranger, { sourceId: source.id, phraseId: taught?.id ?? 0 }),
      await previewPhrase(server.ctx, stranger, { sourceId: source.id, phrase: 'mine', meaning: 'BUY' }),
    ];
    expect(outcomes.map((outcome) => fault(outcome)?.code)).toEqual(Array(3).fill('SOURCE_NOT_FOUND'));
    const own = await makeSource(server.ctx.db, { owner_user_id: stranger });
    const throughOwn = { sourceId: own.id, phraseId: taught?.id ?? 0 };
    expect(fault(await forgetPhrase(server.ctx, stranger, throughOwn))?.code).toBe('PHRASE_NOT_FOUND');
    expect(await phrasesOf(source)).toEqual([taught]);
  });
});

describe('the preview of a phrase', () => {
  it('counts the changed messages of the source and changes nothing', async () => {
    const source = await boundSource();
    const other = await boundSource();
    for (const n of [1, 2, 3]) await accepted(source.webhook_code, `${MESSAGE} (${n})`);
    await accepted(source.webhook_code, 'ETHUSDT sell (3850.25)');
    await accepted(other.webhook_code, MESSAGE);
    const found = value(await preview(source, UNKNOWN_WORD, 'BUY'));
    expect(found).toMatchObject({
      ...{ read: 4, changed: 3, newBuys: 3, lostSells: 0, unread: 0, isComplete: true },
      changes: [{ from: 'UNKNOWN', to: 'BUY_SIGNAL', count: 3 }],
    });
    expect(found.examples.map(({ message }) => message)).toEqual([3, 2, 1].map((n) => `${MESSAGE} (${n})`));
    expect(found.examples[0]).toMatchObject({ before: { action: 'UNKNOWN' }, after: { symbol: 'BTC/USDT' } });
    expect(await phrasesOf(source)).toEqual([]);
    expect((await accepted(source.webhook_code, `${MESSAGE} (5)`)).action).toBe('UNKNOWN');
  });

  it('also works for forgetting', async () => {
    const source = await boundSource();
    value(await teach(source, UNKNOWN_WORD, 'SELL'));
    await accepted(source.webhook_code, MESSAGE);
    expect(value(await preview(source, UNKNOWN_WORD.toUpperCase(), null))).toMatchObject({
      ...{ read: 1, changed: 1, newBuys: 0, lostSells: 1 },
      changes: [{ from: 'SELL_SIGNAL', to: 'UNKNOWN', count: 1 }],
    });
    expect(value(await preview(source, UNKNOWN_WORD, 'SELL'))).toMatchObject({ read: 1, changed: 0 });
  });

  it('reads the newest 500 complete messages and does not block signals', async () => {
    const source = await boundSource();
    const long = `${'word '.repeat(3_000)} ${MESSAGE}`;
    await server.ctx.db.prisma.webhookReceipt.createMany({
      data: Array.from({ length: 520 }, (_, index) => ({
        ...{ receipt: `R${source.id}-${index}`.padEnd(26, 'x'), webhook_source_id: source.id, outcome: 'ACCEPTED' },
        ...{ http_status: 202, action: 'UNKNOWN', received_at: new Date(), event_uid: `uid ${index}` },
        raw_message: index < 20 ? 'never read' : index === 519 ? 'x'.repeat(16_000) : `${long} ${index}`,
      })),
    });
    let turns = 0;
    const ticking = setInterval(() => (turns += 1), 1);
    const found = value(await preview(source, UNKNOWN_WORD, 'NEUTRAL'));
    clearInterval(ticking);
    expect([found.read + found.unread <= 500, found.unread]).toEqual([true, 1]);
    if (found.isComplete) expect(found.read).toBe(499);
    expect(turns).toBeGreaterThan(10);
  });
});

describe('the message of a receipt', () => {
  it('is stored without tokens and with its unread parts, also when no account is bound', async () => {
    const source = await makeSource(server.ctx.db);
    const { receipt } = await accepted(source.webhook_code, `${MESSAGE} token=hunter22`);
    const row = await receiptRow(receipt);
    expect(row.raw_message).toBe(`${MESSAGE} token=[hidden]`);
    expect(JSON.stringify(row.unread_json)).toContain('zumpal');
    expect(JSON.stringify(row)).not.toContain('hunter22');
    expect(await count('webhook_events', 'webhook_source_id = ?', [source.id])).toBe(0);
  });

  it('is stored for JSON as it arrived, so that it can be read again', async () => {
    const source = await makeSource(server.ctx.db);
    const body = '{ "side": "buy",  "ticker": "BTCUSDT", "token": "hunter22" }';
    const { receipt } = await accepted(source.webhook_code, body);
    expect((await receiptRow(receipt)).raw_message).toBe(body.replace('hunter22', '[hidden]'));
  });

  it('has a limited length', async () => {
    const source = await makeSource(server.ctx.db);
    const { receipt } = await accepted(source.webhook_code, '🟢'.repeat(15_000));
    expect((await receiptRow(receipt)).raw_message).toHaveLength(16_000);
  });

  it('is stored for a refused signal only when its sender was verified', async () => {
    const source = await boundSource({ max_lag_sec: 10, rate_limit_per_min: 6000 });
    const old = { ticker: 'BTCUSDT', action: 'buy', time: '2020-01-01T00:00:00Z' };
    const stale = await refusal(source.webhook_code, old);
    expect(stale.code).toBe('STALE_SIGNAL');
    expect((await receiptRow(stale.receipt ?? '')).raw_message).toBe(JSON.stringify(old));

    const fenced = await makeSource(server.ctx.db, { allowed_ips_json: ['10.9.9.9'] });
    const signed = await makeSource(server.ctx.db, { require_signature: true });
    const locked = await makeSource(server.ctx.db, { admin_locked: true });
    const tokened = await makeSource(server.ctx.db, { body_token_hash: 'a'.repeat(64) });
    for (const { webhook_code } of [fenced, signed, locked, tokened]) {
      const { receipt } = await refusal(webhook_code, MESSAGE);
      expect(await receiptRow(receipt ?? '')).toMatchObject({ raw_message: null, unread_json: null });
    }
    const busy = await makeSource(server.ctx.db, { rate_limit_per_min: 1 });
    await accepted(busy.webhook_code, 'BTCUSDT buy (1)');
    const limited = await refusal(busy.webhook_code, 'BTCUSDT sell (2)');
    expect(limited.code).toBe('WEBHOOK_RATE_LIMIT');
    expect((await receiptRow(limited.receipt ?? '')).raw_message).toBe('BTCUSDT sell (2)');
  });
});
