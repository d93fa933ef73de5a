import { afterAll, beforeAll, expect, it } from 'vitest';
import ccxt from 'ccxt';
import { EXCHANGES, type ExchangeName } from '../../core/domain.js';
import { EXCHANGE_KEY_RULES } from '../../core/exchange/exchange-keys.js';
import type { ExchangeRegistry } from '../../exchange/exchange.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { createMemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { loadCredentials } from './credentials.store.js';
import { syncDueBalances } from '../sync-balances.js';

// S7: the credentials that an owner gives us cannot be read anywhere again.

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
const answers: string[] = [];
const canaries: string[] = [];

/** A unique secret; its last four characters reveal nothing. */
const canary = (kind: string): string => {
  const made = `CANARY${kind}${canaries.length}x${Math.random().toString(36).slice(2, 12)}END0`;
  canaries.push(made);
  return made;
};
const keysOf = (exchange: ExchangeName) => ({
  apiKey: canary('key'),
  apiSecret: canary('secret'),
  ...(EXCHANGE_KEY_RULES[exchange].passphrase && { passphrase: canary('phrase') }),
});
const proxy = () => `socks5://${canary('user')}:${canary('pass')}@proxy.example.com:1080`;

/** An exchange that repeats the key in all its messages, like Bybit's signature errors. */
const tellTale: ExchangeRegistry = {
  forAccount: (account) => tellTale.forReading(account),
  forReading(account) {
    const exchange = createMemoryExchange({ isRemote: true });
    const tell = async (): Promise<never> => {
      const keys = await loadCredentials(api.ctx, account.id);
      throw new ccxt.AuthenticationError(`bybit {"retCode":10004,"retMsg":"error sign! ${JSON.stringify(keys)}"}`);
    };
    exchange.balances = tell;
    if (exchange.remote) exchange.remote.testConnection = tell;
    return { ok: true, exchange };
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis }, { exchanges: tellTale, env: { LOG_LEVEL: 'trace' } });
  user = await api.newUser();
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

async function send(query: string, variables: object) {
  const answer = await api.send(query, variables, user.cookie);
  answers.push(JSON.stringify([answer.data, answer.errors, [...answer.headers]]));
  return answer;
}
const FIELDS = `account { id label hasKeys apiKeyHint proxy balancesFault connection { ok fault message exchangeCode } }`;
const create = (input: object) =>
  send(`mutation ($input: CreateExchangeAccountInput!) { createExchangeAccount(input: $input) { ${FIELDS} } }`, {
    input: { label: 'Main', isSimulation: false, ...input },
  });

async function walkEveryPath(exchange: ExchangeName): Promise<void> {
  const made = await create({ exchange, real: { keys: keysOf(exchange), proxyUrl: proxy(), password: PASSWORD } });
  const id = (made.data as unknown as { createExchangeAccount: { account: { id: string } } }).createExchangeAccount
    .account.id;
  await send(`mutation ($id: ID!) { testConnection(input: { accountId: $id }) { ${FIELDS} } }`, { id });
  const rotate = `mutation ($input: RotateAccountKeysInput!) { rotateAccountKeys(input: $input) { ${FIELDS} } }`;
  await send(rotate, { input: { accountId: id, keys: keysOf(exchange), password: PASSWORD } });
  const update = `mutation ($input: UpdateExchangeAccountInput!) { updateExchangeAccount(input: $input) { ${FIELDS} } }`;
  await send(update, { input: { id, proxyUrl: proxy(), password: PASSWORD } });
  await send(`{ exchangeAccounts { edges { node { ${FIELDS.replace(/^account \{|\}$/g, '')} } } } }`, {});
}

/** Every kind of refused request that we know of. */
async function walkRefusals(): Promise<void> {
  const exchange = 'BINANCE_SPOT';
  const real = () => ({ keys: keysOf(exchange), password: PASSWORD });
  await create({ exchange, real: { ...real(), password: canary('password') } });
  await create({ exchange, real: { ...real(), password: undefined } });
  await create({ exchange: 'OKX_SPOT', real: real() });
  await create({ exchange, real: { ...real(), keys: { ...keysOf(exchange), passphrase: canary('phrase') } } });
  await create({ exchange, real: { ...real(), keys: { ...keysOf(exchange), apiKey: `${canary('key')} \u0007` } } });
  await create({ exchange, real: { ...real(), proxyUrl: `http://${canary('user')}:${canary('pass')}@10.0.0.1:3128` } });
  await create({ exchange, real: { ...real(), proxyUrl: `${canary('user')}:nothing of the kind` } });
  // Wrong types, unknown fields, wrong places: graphql-js repeats given values in such errors.
  await create({ exchange, real: { ...real(), keys: [canary('key')] } });
  await create({ exchange, real: { ...real(), keys: { ...keysOf(exchange), unknownField: canary('key') } } });
  await create({ exchange, real: { ...real(), testnet: canary('flag') } });
  await create({ exchange: canary('exchange'), real: real() });
  await send(
    `mutation { createExchangeAccount(input: { label: "x", exchange: BINANCE_SPOT, isSimulation: false,
      real: { keys: { apiKey: "${canary('key')}", apiSecret: "${canary('secret')}" }, password: "${PASSWORD}", testnet: "${canary('flag')}" } })
      { ${FIELDS} } }`,
    {},
  );
  await send(`mutation { createExchangeAccount(input: { real: { keys: { apiKey: "${canary('key')}" `, {});
}

async function dumpDatabase(): Promise<string> {
  const tables = await database.db.query<{ name: string }[]>(
    'SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  );
  const dumps = await Promise.all(tables.map(({ name }) => database.db.query(`SELECT * FROM \`${name}\``)));
  expect(tables.length).toBeGreaterThan(25);
  return JSON.stringify(dumps);
}

async function dumpRedis(): Promise<string> {
  const { commands } = redis;
  const found: unknown[] = [];
  for (const key of await commands.keys('*')) {
    const type = await commands.type(key);
    const value = {
      string: () => commands.get(key),
      hash: () => commands.hgetall(key),
      list: () => commands.lrange(key, 0, -1),
      set: () => commands.smembers(key),
      zset: () => commands.zrange(key, 0, -1, 'WITHSCORES'),
      stream: () => commands.xrange(key, '-', '+'),
    }[type];
    found.push([key, await value?.()]);
  }
  return JSON.stringify(found);
}

/** The canaries in a text, also in the forms in which bytes are written as text. */
function found(text: string): string[] {
  const forms = (secret: string) => [
    secret,
    Buffer.from(secret).toString('hex'),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    // Without the four characters that may be shown.
    secret.slice(0, -4),
  ];
  return [...canaries, PASSWORD].filter((secret) => forms(secret).some((form) => text.includes(form)));
}

it('no canary is in a row, in Redis, in the log, in an answer or an error', async () => {
  for (const exchange of EXCHANGES) await walkEveryPath(exchange);
  await walkRefusals();
  expect(await syncDueBalances(api.ctx)).toEqual({ synced: 0, failed: EXCHANGES.length });
  expect(canaries.length).toBeGreaterThan(100);
  // The exchange did repeat the keys, so there was something to hide.
  expect(answers.filter((text) => text.includes('"KEY_REFUSED"')).length).toBeGreaterThanOrEqual(EXCHANGES.length);
  const log = api.logged.join('\n');
  expect(log).toContain('balances could not be read');
  for (const [where, text] of Object.entries({
    rows: await dumpDatabase(),
    redis: await dumpRedis(),
    log,
    answers: answers.join('\n'),
  }))
    expect(found(text), where).toEqual([]);
});

it('a canary that is stored somewhere is found', async () => {
  const secret = canary('planted');
  await database.db.prisma.auditLog.create({
    data: { action: 'x', entity_type: 'x', changes_json: { deep: { hidden: `before ${secret} after` } } },
  });
  await redis.commands.hset(`${redis.prefix}:planted`, 'field', Buffer.from(secret).toString('hex'));
  api.ctx.log.info({ harmless: secret }, 'planted');
  expect(found(await dumpDatabase())).toEqual([secret]);
  expect(found(await dumpRedis())).toEqual([secret]);
  expect(found(api.logged.join('\n'))).toEqual([secret]);
});
