import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TOKEN_SCOPES, type TokenScope } from '../core/access/decide-access.js';
import { appendToAuditLog } from '../graphql/audit.js';
import { OPERATION_SCOPES } from '../graphql/scopes.js';
import type { RedisLink } from '../infra/redis/redis.js';
import {
  makeAccount,
  makeBinding,
  makeParameter,
  makePosition,
  makeSource,
  makeUser,
  makeVault,
} from '../testing/make.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { buildApiSchema } from './build-schema.js';

const schema: GraphQLSchema = await buildApiSchema();
let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let alice: Awaited<ReturnType<TestApi['newUser']>>;
let admin: Awaited<ReturnType<TestApi['newUser']>>;
/** Ids of Bob's rows, by the argument or field that names them. */
let bobs: Record<string, string>;
const BOBS = 'bobs-own-name';

async function makeBobsWorld(): Promise<Record<string, string>> {
  const { db } = database;
  const bob = await makeUser(db);
  const account = await makeAccount(db, { user_id: bob.id, label: BOBS });
  const vault = await makeVault(db, { user_id: bob.id, name: BOBS });
  const parameter = await makeParameter(db, { user_id: bob.id, exchange_account_id: account.id });
  const source = await makeSource(db, { owner_user_id: bob.id, label: BOBS });
  await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
  const phrase = await db.prisma.webhookSourcePhrase.create({
    data: { webhook_source_id: source.id, phrase: BOBS, phrase_normalized: BOBS, meaning: 'BUY' },
  });
  const receipt = await db.prisma.webhookReceipt.create({
    data: {
      receipt: 'B'.repeat(26),
      raw_message: BOBS,
      unread_json: [{ kind: 'WORD', text: BOBS }],
      webhook_source_id: source.id,
      event_uid: BOBS,
      outcome: 'ACCEPTED',
      http_status: 202,
      received_at: new Date(),
    },
  });
  const event = await db.prisma.webhookEvent.create({
    data: {
      webhook_source_id: source.id,
      webhook_receipt_id: receipt.id,
      target_account_id: account.id,
      trade_mode: 'SIMULATION',
      event_uid: BOBS,
      symbol_raw: BOBS,
      symbol_normalized: 'BTC/USDT',
      action: 'BUY_SIGNAL',
      status: 'PROCESSED',
    },
  });
  const position = await makePosition(db, { exchange_account_id: account.id });
  await db.prisma.tradeJob.update({ where: { id: position.trade_job_id_open }, data: { webhook_event_id: event.id } });
  const plan = await db.prisma.bulkAction.create({
    data: {
      ...{ user_id: bob.id, kind: 'CLOSE_ALL', closes_positions: true, expires_at: new Date(Date.now() + 3_600_000) },
      items: {
        create: {
          ...{ exchange_account_id: account.id, action: 'CLOSE_POSITION', entity_id: position.id, symbol: BOBS },
        },
      },
    },
  });
  const foreign = await db.prisma.externalOrder.create({
    data: {
      ...{ exchange_account_id: account.id, symbol: 'BTC/USDT', exchange_order_id: BOBS, side: 'BUY', status: BOBS },
      placed_at: new Date(),
    },
  });
  await db.prisma.systemAlert.create({
    data: { alert_type: 'TEST', severity: 'low', message: BOBS, user_id: bob.id },
  });
  const token = await db.prisma.apiToken.create({
    data: { user_id: bob.id, name: BOBS, token_hash: BOBS, token_hint: BOBS.slice(0, 4), scopes: 'read' },
  });
  const channel = await db.prisma.notificationChannel.create({
    data: { user_id: bob.id, kind: 'WEBHOOK', label: BOBS, address_hint: BOBS, config_enc: BOBS, events_json: [] },
  });
  const happened = await db.prisma.notificationEvent.create({
    data: { user_id: bob.id, type: 'SYSTEM_ALERT', event_key: BOBS, facts_json: { a: BOBS }, occurred_at: new Date() },
  });
  const delivery = await db.prisma.notificationDelivery.create({
    data: {
      ...{ user_id: bob.id, channel_id: channel.id, event_id: happened.id, status: 'FAILED', mode: 'NOW' },
      ...{ due_at: new Date(), message_id: BOBS, error: BOBS },
    },
  });
  const session = await db.prisma.session.create({
    data: { id: BOBS, user_id: bob.id, user_agent: BOBS, expires_at: new Date(Date.now() + 3_600_000) },
  });
  await appendToAuditLog(api.ctx, {
    ...{ userId: bob.id, entity: 'vault', entityId: vault.id, action: 'updateVault', changes: { name: BOBS } },
    ...{ ip: null, userAgent: BOBS, requestId: null, createdAtMs: Date.now() },
  });
  return {
    ...{ accountId: String(account.id), vaultId: String(vault.id), sourceId: String(source.id) },
    ...{ exchangeAccount: String(account.id), vault: String(vault.id), webhookSource: String(source.id) },
    ...{ webhookEvent: String(event.id), tradeJob: String(position.trade_job_id_open), position: String(position.id) },
    ...{ jobId: String(position.trade_job_id_open), receipt: receipt.receipt, parameter: String(parameter.id) },
    ...{ externalOrderId: String(foreign.id), phraseId: String(phrase.id), channelId: String(channel.id) },
    ...{ deliveryId: String(delivery.id), eventId: String(happened.id), notificationEvent: String(happened.id) },
    ...{ tokenId: String(token.id), sessionId: String(session.public_id), userId: '2147483647' },
    ...{ positionId: String(position.id), bulkActionId: String(plan.id), bulkAction: String(plan.id) },
  };
}

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  alice = await api.newUser();
  admin = await api.newUser({ role: 'admin' });
  bobs = await makeBobsWorld();
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

/** The kind of id that an argument `name` of `operation` means: `updateVault(input.id)` is a vault. */
function idFor(name: string, operation: string): string {
  if (name !== 'id') return bobs[name] ?? '1';
  const noun = operation.replace(/^(update|delete)/, '').replace(/^TradeParameter/, 'parameter');
  return bobs[noun.charAt(0).toLowerCase() + noun.slice(1)] ?? bobs.parameter ?? '1';
}

/** A value that passes the rules of its type, with Bob's ids. */
function valueFor(type: GraphQLInputType, name: string, operation: string): unknown {
  if (isNonNullType(type)) return valueFor(type.ofType, name, operation);
  if (isListType(type)) {
    if (name === 'symbols') return ['BTC/USDT'];
    return name.endsWith('AccountIds') ? [bobs.accountId] : [];
  }
  if (isEnumType(type))
    return (type.getValues().find((value) => value.name === 'SIMULATION') ?? type.getValues()[0])?.name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isNonNullType(field.type) || /id$/i.test(field.name) || field.name === 'filter',
    );
    return Object.fromEntries(fields.map((field) => [field.name, valueFor(field.type, field.name, operation)]));
  }
  const named = { symbol: 'BTC/USDT', asset: 'USDT', receipt: bobs.receipt, message: 'BTCUSDT buy', timeZone: 'UTC' }[
    name
  ];
  if (named !== undefined) return named;
  const scalar = { ID: idFor(name, operation), Decimal: '1', Int: 1, Boolean: false }[String(type)];
  return scalar ?? 'some text of mine';
}

/** All fields of a type, deep enough to reach everything below it; of a union, those of each member. */
function selectAll(type: GraphQLNamedType, depth: number): string {
  if (isUnionType(type)) {
    return `{ __typename ${type
      .getTypes()
      .map((one) => `... on ${one.name} ${selectAll(one, depth)}`)
      .join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const fields = Object.values(type.getFields()).flatMap((field) => {
    const inner = getNamedType(field.type);
    if (isLeafType(inner)) return [field.name];
    return depth > 0 && isObjectType(inner) ? [`${field.name} ${selectAll(inner, depth - 1)}`] : [];
  });
  return `{ ${fields.join(' ') || '__typename'} }`;
}

function call(kind: 'query' | 'mutation' | 'subscription', field: GraphQLField<unknown, unknown>, depth = 2) {
  const isNeeded = (name: string, type: GraphQLInputType) =>
    isNonNullType(type) || /id$/i.test(name) || name === 'filter';
  const args = field.args.filter((arg) => isNeeded(arg.name, arg.type));
  const declared = args.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
  const given = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  const inner = getNamedType(field.type);
  const selection = selectAll(inner, depth);
  const variables = Object.fromEntries(args.map((arg) => [arg.name, valueFor(arg.type, arg.name, field.name)]));
  const head = declared ? `${kind} (${declared})` : kind;
  return { query: `${head} { ${field.name}${given ? `(${given})` : ''} ${selection} }`, variables };
}

const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {});
const queries = fieldsOf(schema.getQueryType()).map((field) => [field.name, 'query', field] as const);
const mutations = fieldsOf(schema.getMutationType()).map((field) => [field.name, 'mutation', field] as const);
const subscriptions = fieldsOf(schema.getSubscriptionType()).map(
  (field) => [field.name, 'subscription', field] as const,
);
const PUBLIC = [
  ...['me', 'passkeySignInOptions', 'setPasswordWithLink', 'signIn', 'signInWithPasskey', 'signOut'],
  // Only while there is no user: setup.test.ts.
  ...['setup', 'checkSetupCode', 'beginSetup', 'completeSetup'],
];
/** What administrators do with users is tested in people.test.ts: it shows nothing of their trading. */
const isForAdmins = (field: GraphQLField<unknown, unknown>) => field.extensions.access === 'admin';
const guarded = [...queries, ...mutations].filter(([name]) => !PUBLIC.includes(name));

describe('a stranger', () => {
  it.each(guarded)('is refused by %s', async (_name, kind, field) => {
    const { query, variables } = call(kind, field, 1);
    const answer = await api.send(query, variables);
    expect(answer.code).toBe('UNAUTHENTICATED');
    expect(JSON.stringify(answer)).not.toContain(BOBS);
  });

  it('cannot read the schema', async () => {
    expect((await api.send('{ __schema { types { name } } }')).code).toBe('UNAUTHENTICATED');
    expect((await api.send('{ ...F } fragment F on Query { __type(name: "User") { name } }')).code).toBe(
      'UNAUTHENTICATED',
    );
    const misspelt = await api.send('{ mee { id } }');
    expect(misspelt.code).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(misspelt.errors[0]?.message).not.toMatch(/did you mean/i);
    const signedIn = await api.send('{ mee { id } }', {}, alice.cookie);
    expect(signedIn.errors[0]?.message).toMatch(/Did you mean "me"/);
    expect((await api.send('{ __schema { queryType { name } } }', {}, alice.cookie)).data).not.toBeNull();
  });
});

describe.each(['another tenant', 'an administrator'] as const)('%s', (who) => {
  const cookie = () => (who === 'another tenant' ? alice.cookie : admin.cookie);

  it.each(queries.filter(([, , field]) => !isForAdmins(field)))(
    'sees no data of Bob through %s',
    async (_name, kind, field) => {
      const { query, variables } = call(kind, field);
      const answer = await api.send(query, variables, cookie());
      expect(JSON.stringify(answer)).not.toContain(BOBS);
      if (answer.errors.length > 0) expect(answer.code).toBe('NOT_FOUND');
      const value: unknown = answer.data?.[field.name];
      const takesId = Object.values(variables).some((given) => Object.values(bobs).includes(String(given)));
      if (Array.isArray(value)) {
        if (!['prices', 'markets', 'exchangeRules', 'sessions'].includes(field.name)) expect(value).toEqual([]);
      } else if (takesId && isObjectType(getNamedType(field.type))) expect(value ?? null).toBeNull();
      if (typeof value === 'object' && value !== null && 'edges' in value)
        expect((value as { edges: unknown }).edges).toEqual([]);
    },
  );

  const taking = mutations.filter(
    ([name, , field]) =>
      !isForAdmins(field) &&
      !PUBLIC.includes(name) &&
      // It takes no id: it changes whoever calls.
      name !== 'updateProfile' &&
      /^(revoke|endSession|update|delete|deposit|withdraw|rotate|remove|bind|unbind|createTrade|test|close|place|set|copy|cancel|pause|resume|preview|confirm|retry|adopt|dismiss|teach|forget|resolve)/.test(
        name,
      ),
  );
  it.each(taking)('cannot change data of Bob through %s', async (_name, kind, field) => {
    const before = await bobsRows();
    const { query, variables } = call(kind, field, 1);
    // The rules of a parameter require a size; the rest is valid unchanged.
    const input = (variables as { input?: { parameter?: object; settings?: object; quoteAmount?: string } }).input;
    for (const settings of [input?.parameter, input?.settings]) {
      if (settings) Object.assign(settings, { quoteAmountFixed: '10', side: 'BUY' });
    }
    // A buy needs a size.
    if (field.name === 'placeOrder') Object.assign(input ?? {}, { quoteAmount: '10' });
    const answer = await api.send(query, variables, cookie());
    // A trading mutation refuses as data, with the reason that it gives for an id that does not exist.
    const refused = answer.data?.[field.name] as { reason?: string } | null | undefined;
    if (isUnionType(getNamedType(field.type))) {
      expect(refused?.reason).toMatch(/_NOT_FOUND$/);
    } else expect(answer.code, answer.errors[0]?.message).toBe('NOT_FOUND');
    expect(await bobsRows()).toEqual(before);
  });
});

/** The data that a mutation could have changed. */
async function bobsRows(): Promise<unknown> {
  const { prisma } = database.db;
  return JSON.parse(
    JSON.stringify([
      await prisma.exchangeAccount.findMany({ where: { label: BOBS } }),
      await prisma.vault.findMany({ where: { name: BOBS }, include: { balances: true, transactions: true } }),
      await prisma.webhookSource.findMany({ where: { label: BOBS }, include: { bindings: true, phrases: true } }),
      await prisma.tradeParameter.findMany({ orderBy: { id: 'asc' } }),
      await prisma.tradeJob.findMany({ orderBy: { id: 'asc' } }),
      await prisma.tradePosition.findMany({ orderBy: { id: 'asc' }, include: { targets: true } }),
      await prisma.bulkAction.findMany({ orderBy: { id: 'asc' }, include: { items: true } }),
      await prisma.apiToken.findMany({ where: { name: BOBS } }),
      await prisma.session.findMany({ where: { user_agent: BOBS } }),
      await prisma.externalOrder.findMany({ orderBy: { id: 'asc' } }),
      await prisma.notificationChannel.findMany({ where: { label: BOBS }, omit: { held_until: true } }),
      await prisma.notificationDelivery.findMany({ where: { message_id: BOBS } }),
    ]),
  ) as unknown;
}

describe.each(Object.keys(TOKEN_SCOPES) as TokenScope[])('a token with the scope %s', (scope) => {
  const isAllowed = (name: string) => ['read', scope].includes(OPERATION_SCOPES.get(name) ?? 'session');
  const answers = async (isWanted: (name: string) => boolean) => {
    const token = await api.newToken(scope === 'admin' ? admin.id : alice.id, [scope]);
    const found: [name: string, isForbidden: boolean, message?: string][] = [];
    for (const [name, kind, field] of [...queries, ...mutations].filter(([one]) => isWanted(one))) {
      const { query, variables } = call(kind, field, 1);
      const answer = await api.send(query, variables, undefined, { authorization: `Bearer ${token}` });
      found.push([name, answer.code === 'FORBIDDEN']);
      expect([name, answer.headers.get('set-cookie')]).toEqual([name, null]);
      expect([name, JSON.stringify(answer)]).not.toEqual([name, expect.stringContaining(BOBS)]);
    }
    return found;
  };

  it('is refused by every operation that asks for another scope or for a session, and nothing changes', async () => {
    const before = await bobsRows();
    const found = await answers((name) => !isAllowed(name));
    expect(found.filter(([, isForbidden]) => !isForbidden)).toEqual([]);
    expect(found.length).toBeGreaterThan(30);
    expect(await bobsRows()).toEqual(before);
  });

  it('reaches every operation of its scope, and sees no data of Bob there', async () => {
    const found = await answers(isAllowed);
    expect(found.filter(([, isForbidden]) => isForbidden)).toEqual([]);
    expect(found.length).toBeGreaterThan(30);
  });
});

it('an account cannot be bound to the source of another, nor a vault of another be used', async () => {
  const own = await makeAccount(database.db, { user_id: alice.id });
  const ownSource = await makeSource(database.db, { owner_user_id: alice.id });
  const bind = 'mutation ($i: BindAccountInput!) { bindAccount(input: $i) { source { id } } }';
  const pairs = [
    { sourceId: bobs.sourceId, accountId: String(own.id) },
    { sourceId: String(ownSource.id), accountId: bobs.accountId },
  ];
  for (const i of pairs) expect((await api.send(bind, { i }, alice.cookie)).code).toBe('NOT_FOUND');
  const create = 'mutation ($i: CreateTradeParameterInput!) { createTradeParameter(input: $i) { parameter { id } } }';
  const parameter = { symbol: 'BTC/USDT', side: 'BUY', quoteAmountFixed: '10', vaultId: bobs.vaultId };
  const answer = await api.send(create, { i: { accountId: String(own.id), parameter } }, alice.cookie);
  expect([answer.code, answer.errors[0]?.extensions.reason]).toEqual(['NOT_FOUND', 'VAULT_NOT_FOUND']);
});

// Their isolation is tested over real sockets in live.wire.test.ts, and that of receipts in receipt-added.wire.test.ts.
it('the isolation of every subscription is tested', () => {
  expect(subscriptions.map(([name]) => name).sort()).toEqual([
    'accountChanged',
    'alertChanged',
    'fillAdded',
    'jobChanged',
    'positionChanged',
    'pricesChanged',
    'receiptAdded',
    'vaultChanged',
  ]);
});
