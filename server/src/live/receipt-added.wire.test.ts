import { afterAll, beforeAll, expect, it } from 'vitest';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import { eventually } from '../testing/eventually.js';
import { makeBinding, makeSource } from '../testing/make.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { startWebhookServer, type WebhookTestServer } from '../testing/webhook-test-server.js';
import { webhookClient } from '../testing/webhook-client.js';

// From a POST to the subscriber: the receipt of each message, once.

let server: WebhookTestServer;
let api: TestApi;
const { accepted, refusal } = webhookClient(() => server);
beforeAll(async () => {
  server = await startWebhookServer();
  api = await startTestApi({ db: server.ctx.db, redis: server.ctx.redis });
});
afterAll(async () => {
  await api.stop();
  await server.close();
});

interface Seen {
  cursor: string;
  receipt: { receipt: string; outcome: string; symbol: string | null };
}
const QUERY = (filter: string) =>
  `subscription ($after: String) { receiptAdded(after: $after${filter && `, filter: { ${filter} }`}) {
    cursor receipt { receipt outcome symbol } } }`;

it('each message is one event, accepted, refused or not understood; a filter takes its part; the jobs come after it', async () => {
  const user = await api.newUser();
  const source = await makeSource(server.ctx.db, { owner_user_id: user.id });
  const closed = await makeSource(server.ctx.db, { owner_user_id: user.id, allowed_ips_json: ['203.0.113.9'] });
  await makeBinding(server.ctx.db, { webhook_source_id: source.id });
  const { data } = await api.send('{ liveCursor }', {}, user.cookie);
  const after = (data as unknown as { liveCursor: string }).liveCursor;
  const client = api.client(user.cookie);
  const listen = (filter = ''): Seen[] => {
    const seen: Seen[] = [];
    client.subscribe<{ receiptAdded: Seen }>(
      { query: QUERY(filter), variables: { after } },
      {
        next: (result) => result.data && seen.push(result.data.receiptAdded),
        error: () => undefined,
        complete: () => undefined,
      },
    );
    return seen;
  };
  const all = listen();
  const refused = listen('outcome: REFUSED');
  const ether = listen('symbol: "ETHUSDT.P"');
  const ofSource = listen(`sourceId: ${source.id}, tradeMode: SIMULATION`);
  const real = listen('tradeMode: REAL');

  const buy = await accepted(source.webhook_code, 'BTCUSDT Caça Fundo (H1) Preço (100)');
  await accepted(source.webhook_code, 'BTCUSDT Caça Fundo (H1) Preço (100)');
  const other = await accepted(source.webhook_code, 'ETHUSDT compra (15) (3850.25)');
  const unknown = await accepted(source.webhook_code, 'good morning');
  const denied = await refusal(closed.webhook_code, 'BTCUSDT Caça Fundo (H1) Preço (100)');
  const ids = (seen: Seen[]) => seen.map(({ receipt }) => receipt.receipt);
  await eventually(() => expect(ids(all)).toEqual([buy.receipt, other.receipt, unknown.receipt, denied.receipt]));
  await eventually(() => expect(ids(refused)).toEqual([denied.receipt]));
  await eventually(() => expect(ids(ether)).toEqual([other.receipt]));
  await eventually(() => expect(ids(ofSource)).toEqual([buy.receipt, other.receipt, unknown.receipt]));
  expect(real).toEqual([]);
  await client.dispose();
  // The numbers of a user have no gaps, and a receipt comes before its jobs.
  const events = await server.ctx.db.query<{ seq: number; topic: string }[]>(
    'SELECT seq, topic FROM live_events WHERE user_id = ? ORDER BY seq',
    [user.id],
  );
  expect(events.map(({ topic }) => topic)).toEqual(['RECEIPT', 'JOB', 'RECEIPT', 'JOB', 'RECEIPT', 'RECEIPT']);
  expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6]);
});

it('another user gets nothing, not even when an event of their own stream names the receipt', async () => {
  const [alice, bob] = [await api.newUser(), await api.newUser()];
  const source = await makeSource(server.ctx.db, { owner_user_id: alice.id });
  const { receipt } = await accepted(source.webhook_code, 'good evening');
  const row = await server.ctx.db.prisma.webhookReceipt.findUniqueOrThrow({ where: { receipt } });
  const mine = await makeSource(server.ctx.db, { owner_user_id: bob.id });
  const client = api.client(bob.cookie);
  const seen: Seen[] = [];
  client.subscribe<{ receiptAdded: Seen }>(
    { query: QUERY(''), variables: { after: null } },
    {
      next: (result) => result.data && seen.push(result.data.receiptAdded),
      error: () => undefined,
      complete: () => undefined,
    },
  );
  let own = '';
  // Subscribing is not acknowledged, so an event is repeated until the subscription has begun.
  await eventually(async () => {
    await server.ctx.db.transaction(async (tx) => {
      await tx.commit(addLiveEvents(new Batch(), bob.id, [{ topic: 'RECEIPT', entityId: row.id }]));
    });
    own = (await accepted(mine.webhook_code, `hello ${Math.random()}`)).receipt;
    expect(seen.length).toBeGreaterThan(0);
  });
  await eventually(() => expect(seen.at(-1)?.receipt.receipt).toBe(own));
  expect(seen.map((one) => one.receipt.receipt)).not.toContain(receipt);
  await client.dispose();
});
