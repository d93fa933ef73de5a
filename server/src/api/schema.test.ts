import { readFile } from 'node:fs/promises';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql';
import { beforeAll, expect, it } from 'vitest';
import { REASONS } from '../core/reasons.js';
import { OPERATION_SCOPES } from '../graphql/scopes.js';
import { buildApiSchema, printApiSchema } from './build-schema.js';

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildApiSchema();
});

/** Everything in the schema that has a description, by its path. */
function* described(of: GraphQLSchema): Generator<[path: string, text: string | null | undefined]> {
  for (const type of Object.values(of.getTypeMap())) {
    if (type.name.startsWith('__') || isSpecifiedScalarType(type)) continue;
    if (!['Query', 'Mutation', 'Subscription'].includes(type.name)) yield [type.name, type.description];
    if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description];
      if ('args' in field)
        for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name})`, arg.description];
    }
  }
}

it('schema.graphql is what the code prints', async () => {
  const committed = await readFile(new URL('../../../schema.graphql', import.meta.url), 'utf8');
  expect(printApiSchema(schema)).toBe(committed);
});

it('every type, field, argument and enum value says what it is', () => {
  const silent = [...described(schema)].filter(([, text]) => !text?.trim()).map(([path]) => path);
  expect(silent).toEqual([]);
});

it('the check on descriptions finds a missing one', () => {
  const silent = [...described(buildSchema('type Query { a(b: Int): C } enum C { D }'))].filter(([, text]) => !text);
  expect(silent.map(([path]) => path)).toEqual(['Query.a', 'Query.a(b)', 'C', 'C.D']);
});

it('every reason of the core is in the schema with its sentence', () => {
  const type = schema.getType('ReasonCode');
  const values = isEnumType(type)
    ? Object.fromEntries(type.getValues().map(({ name, description }) => [name, description]))
    : {};
  expect(values).toEqual(REASONS);
});

it('every operation declares who may call it, and every mutation what its audit entry is about', () => {
  const rules: string[] = [];
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      expect(['anyone', 'signed-in', 'user', 'admin'], `${root?.name}.${field.name}`).toContain(
        field.extensions.access,
      );
      if (!['user', 'admin'].includes(String(field.extensions.access)))
        rules.push(`${field.name}: ${String(field.extensions.access)}`);
      if (root === schema.getMutationType()) expect(field.extensions.audit, field.name).toEqual(expect.any(String));
    }
  }
  // The operations without a session are listed here by hand, so that none is added unnoticed.
  expect(rules.sort()).toEqual([
    'beginSetup: anyone',
    'changePassword: signed-in',
    'checkSetupCode: anyone',
    'completeSetup: anyone',
    'me: anyone',
    'passkeySignInOptions: anyone',
    'setPasswordWithLink: anyone',
    'setup: anyone',
    'signIn: anyone',
    'signInWithPasskey: anyone',
    'signOut: anyone',
  ]);
});

it('every operation says what an API token needs for it, and nothing else is listed', () => {
  const names = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) =>
    Object.keys(root?.getFields() ?? {}),
  );
  expect([...OPERATION_SCOPES.keys()].sort()).toEqual(names.sort());
});

it('an operation for administrators asks a token for the scope admin, or is for sessions only', () => {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const forAdmins = roots.flatMap((root) =>
    Object.values(root?.getFields() ?? {}).filter(({ extensions }) => extensions.access === 'admin'),
  );
  const scopes = forAdmins.map(({ name }) => [name, OPERATION_SCOPES.get(name)]);
  expect(scopes.filter(([, scope]) => scope !== 'admin' && scope !== 'session')).toEqual([]);
});

it('no token reads with the scope read what changes something', () => {
  const mutations = Object.keys(schema.getMutationType()?.getFields() ?? {});
  expect(mutations.filter((name) => OPERATION_SCOPES.get(name) === 'read')).toEqual([]);
});

it('a field whose name sounds like a secret is closed to tokens, or is listed here as harmless', () => {
  const secretName = /code$|url$|secret|token|curl|password|apikey|recovery/i;
  const open: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__') || type.name === 'Mutation') continue;
    for (const field of Object.values(type.getFields())) {
      const isClosed = field.extensions.notForTokens === true || isEnumType(getNamedType(field.type));
      const isOpen = secretName.test(field.name) && !isClosed && isLeafType(getNamedType(field.type));
      if (isOpen) open.push(`${type.name}.${field.name}`);
    }
  }
  expect(open.sort()).toEqual([
    'BeginSetupPayload.qrCode',
    'BeginSetupPayload.secret',
    'BeginTwoFactorPayload.qrCode',
    'BeginTwoFactorPayload.secret',
    'CompleteSetupPayload.recoveryCodes',
    'ConnectionTest.exchangeCode',
    // The payloads of operations that no token may call.
    'CreateApiTokenPayload.token',
    'CreateWebhookEndpointPayload.secret',
    'EnableTwoFactorPayload.recoveryCodes',
    'ExchangeAccount.apiKeyHint',
    'Person.mustChangePassword',
    'ReplaceRecoveryCodesPayload.recoveryCodes',
    'RevokeUserAccessPayload.tokens',
    'RotateWebhookEndpointSecretPayload.secret',
    'RotateWebhookSecretPayload.secret',
    'SignalReading.matchedTokens',
    'TwoFactor.recoveryCodesLeft',
    'User.mustChangePassword',
    'WebhookSource.hasBodyToken',
    'WebhookSource.hasSigningSecret',
  ]);
});
