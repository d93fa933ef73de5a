import { readFileSync } from 'node:fs';
import {
  execute,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  Kind,
  OperationTypeNode,
  typeFromAST,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAuth, type SessionViewer } from '../../auth/auth.js';
import { createGuessLimit } from '../../auth/guess-limit.js';
import type { ApiServices } from '../../graphql/context.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { createLiveHub, type LiveHub } from '../../live/live-hub.js';
import { countChanges } from '../../reports/trading-totals.store.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { growHistory, type History } from '../../testing/worlds/grow-history.js';
import { buildApiSchema } from '../build-schema.js';
import { createGraphqlContext } from '../create-graphql-context.js';
import { createExecutor } from './create-executor.js';

// Every query of the page over real rows: along plans and with direct resolvers, and by graphql-js with the resolvers that
// type-graphql makes.

const DOCUMENT = /export const (\w+)Document = (\{"kind":"Document".*\}) as unknown as DocumentNode<.*>;/g;
const page = readFileSync(new URL('../../../../web/src/gql/generated.ts', import.meta.url), 'utf8');
/** It makes a new challenge each time. */
const DIFFERENT_EACH_TIME = ['PasskeySignInOptions'];
const operationOf = (document: DocumentNode) =>
  document.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
const queries = [...page.matchAll(DOCUMENT)]
  .map(([, name = '', json = '']): [string, DocumentNode] => [name, JSON.parse(json) as DocumentNode])
  .filter(([, document]) => operationOf(document)?.operation === OperationTypeNode.QUERY)
  .filter(([name]) => !DIFFERENT_EACH_TIME.includes(name));

/** The moment stands still, so that ages are the same. */
const NOW = Date.now();

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let hub: LiveHub;
let services: ApiServices;
let viewer: SessionViewer;
let history: History;
let plain: GraphQLSchema;
let direct: GraphQLSchema;

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis }, { clock: { now: () => NOW } });
  const { id, email } = await api.newUser({ role: 'admin' });
  history = await growHistory(database.db, { userId: id, rows: 150 });
  while ((await countChanges(database.db, { limit: 1_000 })) > 0);
  for (const [symbol, last] of [
    ['BTC/USDT', '67012.5'],
    ['ETH/USDT', '3120.25'],
  ] as const)
    api.prices.set(symbol, last, NOW);
  hub = createLiveHub({ db: database.db, signals: api.ctx.live, log: api.ctx.log });
  services = { app: api.ctx, auth: createAuth(api.ctx), guesses: createGuessLimit(api.ctx), hub, roles: ['api'] };
  viewer = {
    ...{ kind: 'session', userId: id, email, roles: ['user', 'admin'], mustChangePassword: false },
    ...{ steppedUpAt: new Date(NOW), token: 'x', sessionHash: 'x' },
  };
  plain = await buildApiSchema({ direct: false });
  direct = await buildApiSchema();
});
afterAll(async () => {
  hub.close();
  await api.stop();
  await redis.close();
  await database.drop();
});

/** A value for a variable: ids of rows that are there, and of the first of its kind otherwise. */
function inputOf(name: string, type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return inputOf(name, type.ofType);
  if (isListType(type)) return [inputOf(name, type.ofType)];
  if (isEnumType(type)) {
    const names = type.getValues().map((value) => value.name);
    return names.includes('SIMULATION') ? 'SIMULATION' : names[0];
  }
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, inputOf(field.name, field.type)]));
  }
  const kind = getNamedType(type).name;
  if (kind === 'ID') {
    if (/account/i.test(name)) return String(history.accountIds[0]);
    if (/source/i.test(name)) return String(history.sourceId);
    return /vault/i.test(name) ? String(history.vaultId) : String(history.firstJobId + 3);
  }
  if (kind === 'DateTime') return new Date(NOW - 86_400_000).toISOString();
  return kind === 'Int' ? 7 : kind === 'Boolean' ? true : /zone/i.test(name) ? 'America/Sao_Paulo' : 'BTC/USDT';
}

const variablesOf = (document: DocumentNode, all: boolean): Record<string, unknown> =>
  Object.fromEntries(
    (operationOf(document)?.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
      const type = typeFromAST(direct, node as never) as GraphQLInputType;
      const { value } = variable.name;
      return all || isNonNullType(type) ? [[value, inputOf(value, type)]] : [];
    }),
  );

const context = () =>
  createGraphqlContext(services, {
    viewer,
    request: { id: 'same', ip: null, userAgent: null, deviceCookie: null },
    setCookie: () => undefined,
  });

it.each(queries)('%s', async (_name, document) => {
  const run = createExecutor(direct);
  for (const all of [true, false]) {
    const variableValues = variablesOf(document, all);
    const theirs = await execute({ schema: plain, document, variableValues, contextValue: context() });
    const ours = await run({ document, variableValues, contextValue: context() });
    expect(JSON.stringify(ours)).toBe(JSON.stringify(theirs));
  }
});

it('the positions and the jobs of these answers are real rows', async () => {
  const run = createExecutor(direct);
  const [, document] = queries.find(([name]) => name === 'OpenPositions') ?? [];
  if (!document) throw new Error('the page has no OpenPositions');
  const { data } = await run({ document, variableValues: { tradeMode: 'SIMULATION' }, contextValue: context() });
  expect((data as { positions: { edges: unknown[] } }).positions.edges.length).toBeGreaterThan(20);
});
