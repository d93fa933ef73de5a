import {
  accepted,
  ApiError,
  createClient,
  JobChanged,
  LiveCursor,
  Me,
  PlaceOrder,
  RefusedError,
  type Client,
} from '@mvcashnode/client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { startCuttingProxy, type CuttingProxy, type Loss } from '../../testing/cutting-proxy.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeJob } from '../../testing/make.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';

let api: TradingApi;
const proxies: CuttingProxy[] = [];
beforeAll(async () => {
  api = await startTradingApi();
  api.prices.set('BTC/USDT', '100000');
});
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.close();
});
afterAll(() => api.close());

/** A user with a client behind a proxy that can cut its connections. */
async function user(losses: readonly Loss[] = []) {
  const { id } = await api.newUser();
  const account = await makeAccount(api.database.db, { user_id: id, balances: { USDT: '1000' } });
  const proxy = await startCuttingProxy(api.url, losses);
  proxies.push(proxy);
  const token = await api.newToken(id, ['read', 'trade']);
  const client = createClient({ url: `${proxy.url}/`, token });
  const happen = async (): Promise<string> => {
    const job = await makeJob(api.database.db, { exchange_account_id: account.id });
    const batch = addLiveEvents(new Batch(), id, [{ topic: 'JOB', entityId: job.id }]);
    await api.database.db.transaction(async (tx) => void (await tx.commit(batch)));
    return String(job.id);
  };
  return { id, account, proxy, client, happen };
}

/** Takes the events of a watch until it ends, and says how it ended. */
function follow(client: Client, options: Parameters<Client['watch']>[2] = {}) {
  const seen: string[] = [];
  const codeOf = (error: unknown) => (error instanceof ApiError ? error.code : String(error));
  const work = async () => {
    for await (const { job } of client.watch(JobChanged, {}, options)) seen.push(job.id);
    return 'ended';
  };
  return { seen, end: work().catch(codeOf) };
}

it('an operation answers typed data, and an error is an ApiError with its code', async () => {
  const { id, client } = await user();
  const { me } = await client.run(Me);
  expect(me?.id).toBe(String(id));
  const wrong = { name: 'Wrong', text: 'query Wrong { nothing }' };
  await expect(client.run(wrong)).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  const stranger = createClient({ url: api.url, token: 'mvc_nonsense' });
  await expect(stranger.run(Me)).rejects.toMatchObject({ code: 'UNAUTHENTICATED', isUnauthorized: true });
  const nowhere = createClient({ url: 'http://127.0.0.1:1', token: 'x' });
  await expect(nowhere.run({ name: 'Do', text: 'mutation Do { a }' })).rejects.toMatchObject({ code: 'NETWORK' });
});

it('an order whose answer was lost is sent again with its key, and placed once; a refusal is data', async () => {
  const { account, client, proxy } = await user([{ answerTo: /placeOrder/ }]);
  const input = { accountId: String(account.id), symbol: 'BTCUSDT', orderType: 'MARKET', quoteAmount: '50' } as const;
  const placed = accepted((await client.run(PlaceOrder, { input: { ...input, idempotencyKey: 'a' } })).placeOrder);
  expect([placed.job?.side, proxy.cuts()]).toEqual(['BUY', 1]);
  expect(await api.database.db.prisma.tradeJob.count({ where: { exchange_account_id: account.id } })).toBe(1);
  const { placeOrder } = await client.run(PlaceOrder, { input: { ...input, quoteAmount: '1', idempotencyKey: 'b' } });
  expect(() => accepted(placeOrder)).toThrow(RefusedError);
  expect(placeOrder).toMatchObject({ __typename: 'Refused', reason: 'MIN_NOTIONAL_NOT_MET' });
});

it('a watch yields each event once and in order, however often it is cut, and ends when it is aborted', async () => {
  // The first event is lost on its way: the cursor of the one before brings it back.
  const { client, happen, proxy } = await user([{ message: /jobChanged/ }]);
  const { liveCursor: after } = await client.run(LiveCursor);
  const stop = new AbortController();
  const cuts: string[] = [];
  const { seen, end } = follow(client, { after, signal: stop.signal, onCut: ({ code }) => cuts.push(code) });
  const wanted: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    wanted.push(await happen());
    if (round > 0) proxy.cutAll();
    wanted.push(await happen(), await happen());
    await eventually(() => expect(seen).toContain(wanted.at(-1)));
  }
  expect(seen).toEqual(wanted);
  expect(cuts.length).toBeGreaterThanOrEqual(3);
  stop.abort();
  expect(await end).toBe('ended');
});

it('an event that was not taken is sent again after a cut', async () => {
  const { client, happen, proxy } = await user();
  const { liveCursor: after } = await client.run(LiveCursor);
  const events = client.watch(JobChanged, {}, { after });
  const [first, second] = [await happen(), await happen()];
  expect((await events.next()).value?.job.id).toBe(first);
  proxy.cutAll();
  expect((await events.next()).value?.job.id).toBe(second);
  await events.return();
});

it('a watch ends when its token is revoked, and when its cursor is of another world', async () => {
  const { id, client, happen } = await user();
  const { seen, end } = follow(client);
  await eventually(async () => {
    await happen();
    expect(seen.length).toBeGreaterThan(0);
  });
  await api.database.db.prisma.apiToken.deleteMany({ where: { user_id: id } });
  expect(await end).toBe('UNAUTHENTICATED');
  const other = await user();
  expect(await follow(other.client, { after: '999999' }).end).toBe('BAD_USER_INPUT');
});

it('a watch that cannot be opened because of a revoked token ends too, after a cut', async () => {
  const { id, client, happen, proxy } = await user();
  const { liveCursor: after } = await client.run(LiveCursor);
  const { seen, end } = follow(client, { after });
  const job = await happen();
  await eventually(() => expect(seen).toEqual([job]));
  await api.database.db.prisma.apiToken.deleteMany({ where: { user_id: id } });
  proxy.cutAll();
  expect(await end).toBe('UNAUTHENTICATED');
});
