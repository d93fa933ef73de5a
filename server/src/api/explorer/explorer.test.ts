import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeAccount, makePosition, makeVault } from '../../testing/make.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { SAVED_OPERATIONS, type ViewerFacts } from './saved-operations.js';

let api: TradingApi;
beforeAll(async () => {
  api = await startTradingApi();
  api.prices.set('BTC/USDT', '100000');
});
afterAll(() => api.close());

/** A trader with what the saved operations are about. */
async function trader() {
  const user = await api.newUser();
  const { db } = api.database;
  const account = await makeAccount(db, { user_id: user.id, balances: { USDT: '5000', BTC: '1' } });
  const vault = await makeVault(db, { user_id: user.id, balances: { USDT: '1000' } });
  const position = await makePosition(db, { exchange_account_id: account.id });
  return { ...user, account, vault, position };
}
const get = (address: string, headers: Record<string, string> = {}) =>
  fetch(`${api.url}${address}`, { headers, redirect: 'manual' });

interface Window {
  initialName: string;
  initialQuery: string;
  initialVariables?: string;
  endpointURL: string;
  subscriptionsEndpoint: string;
}

/** The saved operations with the variables that the explorer of a user opens with. */
async function windowsOf(cookie: string): Promise<{ name: string; query: string; variables: object }[]> {
  const script = await (await get('/explorer/options.js', { cookie })).text();
  let options: { initialWindows: Window[] } | undefined;
  // The script calls AltairGraphQL.init with its options.
  new Function('AltairGraphQL', 'location', script)(
    { init: (given: typeof options) => (options = given) },
    { origin: 'https://trade.example.org' },
  );
  for (const one of options?.initialWindows ?? [])
    expect([one.endpointURL, one.subscriptionsEndpoint]).toEqual([
      ...['https://trade.example.org/graphql', 'wss://trade.example.org/graphql'],
    ]);
  return (options?.initialWindows ?? []).map(({ initialName, initialQuery, initialVariables = '{}' }) => ({
    ...{ name: initialName, query: initialQuery, variables: JSON.parse(initialVariables) as object },
  }));
}

describe('the saved operations', () => {
  it('are ten, and each works as the explorer opens it', async () => {
    const { cookie, position } = await trader();
    const windows = await windowsOf(cookie);
    expect(windows.map(({ name }) => name)).toEqual(SAVED_OPERATIONS.map(({ name }) => name));
    expect(windows).toHaveLength(10);
    for (const { name, query, variables } of windows) {
      if (query.includes('subscription ')) continue;
      const answer = await api.send(query, variables, cookie);
      expect([name, answer.errors]).toEqual([name, []]);
      const [value] = Object.values(answer.data ?? {}) as unknown[];
      expect([name, value]).toEqual([name, expect.anything()]);
      expect([name, value]).not.toMatchObject([name, { __typename: 'Refused' }]);
    }
    const jobs = await api.database.db.prisma.tradeJob.findMany({
      where: { origin: 'MANUAL' },
      orderBy: { id: 'asc' },
    });
    expect(jobs.map(({ side }) => side)).toEqual(['BUY', 'SELL']);
    expect(windows.find(({ name }) => name.startsWith('8'))?.variables).toMatchObject({
      input: { positionId: String(position.id) },
    });
  });

  it('the live one follows the job of the buy', async () => {
    const { cookie } = await trader();
    const windows = await windowsOf(cookie);
    const follow = windows.find(({ query }) => query.includes('subscription '));
    const buy = windows.find(({ query }) => query.includes('placeOrder('));
    const client = api.client(cookie);
    const after = (await api.send('{ liveCursor }', {}, cookie)).data?.liveCursor;
    const events = client.iterate<{ jobChanged: { job: { side: string } } }>({
      query: follow?.query ?? '',
      variables: { ...follow?.variables, after },
    });
    expect((await api.send(buy?.query ?? '', buy?.variables, cookie)).errors).toEqual([]);
    const { value } = await events.next();
    expect((value as { data?: unknown }).data).toMatchObject({ jobChanged: { job: { side: 'BUY' } } });
    await client.dispose();
  });

  it('have the accounts, vaults and positions of their viewer, and a new key each time', async () => {
    const [one, other] = [await trader(), await trader()];
    const variablesOf = async (cookie: string) =>
      (await windowsOf(cookie)).find(({ name }) => name.startsWith('7'))?.variables as { input: ViewerFacts };
    const [first, second, third] = [
      await variablesOf(one.cookie),
      await variablesOf(one.cookie),
      await variablesOf(other.cookie),
    ];
    expect([first.input.accountId, first.input.vaultId]).toEqual([String(one.account.id), String(one.vault.id)]);
    expect(third.input.accountId).toBe(String(other.account.id));
    expect(new Set([first, second, third].map(({ input }) => input.idempotencyKey)).size).toBe(3);
  });
});

describe('the explorer', () => {
  it('is served with its files from this server, under the content policy of the page', async () => {
    const { cookie } = await api.newUser();
    const redirect = await get('/explorer', { cookie });
    expect([redirect.status, redirect.headers.get('location')]).toEqual([302, '/explorer/']);
    const page = await get('/explorer/', { cookie });
    const html = await page.text();
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("base-uri 'none'");
    expect(html).not.toContain('<base');
    const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file = '']) => file);
    expect(files).toContain('options.js');
    for (const file of files) {
      expect(file).not.toMatch(/^(https?:|\/)/);
      expect([file, (await get(`/explorer/${file}`, { cookie })).status]).toEqual([file, 200]);
    }
  });

  it('is for people who signed in: strangers are led to sign in, tokens get 403', async () => {
    const { id } = await api.newUser();
    const html = { accept: 'text/html' };
    expect((await get('/explorer/', html)).headers.get('location')).toBe('/sign-in?next=%2Fexplorer%2F');
    const authorization = `Bearer ${await api.newToken(id, ['read', 'trade', 'manage'])}`;
    for (const address of ['/explorer', '/explorer/options.js', '/explorer/main.js'])
      expect([(await get(address)).status, (await get(address, { authorization })).status]).toEqual([401, 403]);
  });

  it('serves nothing outside of its folder', async () => {
    const { cookie } = await api.newUser();
    for (const address of ['/explorer/..%2f..%2fpackage.json', '/explorer/nothing.js'])
      expect([address, (await get(address, { cookie })).status]).toEqual([address, 404]);
  });
});
