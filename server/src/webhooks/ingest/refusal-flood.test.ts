import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWebhookServer, type WebhookTestServer } from '../../testing/webhook-test-server.js';
import { webhookClient } from '../../testing/webhook-client.js';
import { readRefusalCounts } from './refusal-count.store.js';

let server: WebhookTestServer;
beforeAll(async () => {
  server = await startWebhookServer();
});
afterAll(() => server.close());
const { boundSource, post, accepted, count } = webhookClient(() => server);

describe('refused signals that flood a source', () => {
  it('have rows for the first thirty of a minute, and are counted per source, minute and reason beyond', async () => {
    const source = await boundSource({ allowed_ips_json: ['10.9.9.9'] });
    const quiet = await boundSource({ allowed_ips_json: ['10.9.9.9'] });
    const answers = [];
    for (let n = 0; n < 80; n++) answers.push(await post(source.webhook_code, 'BTCUSDT buy'));
    await post(quiet.webhook_code, 'BTCUSDT buy');
    expect(answers.every(({ status }) => status === 403)).toBe(true);
    const receipts = answers.filter(({ answer }) => typeof (answer as { receipt?: string }).receipt === 'string');
    expect(receipts).toHaveLength(30);
    expect(await count('webhook_receipts', 'webhook_source_id = ?', [source.id])).toBe(30);
    expect(await count('webhook_blocked_attempts', 'webhook_source_id = ?', [source.id])).toBe(30);
    expect(await count('webhook_blocked_attempts', 'webhook_source_id = ?', [quiet.id])).toBe(1);
    await expect
      .poll(
        async () =>
          (await readRefusalCounts(server.ctx.db, source.id, 10)).map(({ reason, refused }) => [reason, refused]),
        {
          timeout: 20_000,
        },
      )
      .toEqual([['IP_NOT_ALLOWED', 50]]);
    expect(await readRefusalCounts(server.ctx.db, quiet.id, 10)).toEqual([]);
  });

  it('begin anew with the next minute, and never keep an accepted signal from its receipt', async () => {
    const source = await boundSource({ require_signature: true });
    for (let n = 0; n < 35; n++) await post(source.webhook_code, 'BTCUSDT buy');
    await server.ctx.db.query('UPDATE webhook_sources SET require_signature = 0 WHERE id = ?', [source.id]);
    expect((await accepted(source.webhook_code, 'BTCUSDT buy')).receipt).toMatch(/^[0-9A-Z]{26}$/);
    server.ctx.clock.advance(60_000);
    await server.ctx.db.query('UPDATE webhook_sources SET require_signature = 1 WHERE id = ?', [source.id]);
    await post(source.webhook_code, 'BTCUSDT buy');
    expect(await count('webhook_blocked_attempts', 'webhook_source_id = ?', [source.id])).toBe(31);
  });

  it('are counted by many at once and across processes', async () => {
    const source = await boundSource({ allowed_ips_json: ['10.9.9.9'] });
    const other = await server.listen({});
    const send = (base: string) => post(source.webhook_code, 'BTCUSDT buy', {}, base);
    await Promise.all(Array.from({ length: 120 }, (_, n) => send(n % 2 ? server.url : other.url)));
    await expect
      .poll(async () => (await readRefusalCounts(server.ctx.db, source.id, 10)).map(({ refused }) => refused), {
        timeout: 20_000,
      })
      .toEqual([60]);
  });
});
