import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import {
  buildSchema,
  execute,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  typeFromAST,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { createExecutor } from './create-executor.js';

const read = (file: string): string => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8');

const DOCUMENT = /export const (\w+)Document = (\{"kind":"Document".*\}) as unknown as DocumentNode<.*>;/g;
/** Every operation of the page. */
const operations = [...read('web/src/gql/generated.ts').matchAll(DOCUMENT)].map(
  ([, name = '', json = '']): [string, DocumentNode] => [name, JSON.parse(json) as DocumentNode],
);

/** A number below `limit` that depends on the seed and the text alone. */
function pick(limit: number, ...parts: (string | number)[]): number {
  // FNV-1a, with the last steps of murmur so that the low bits depend on all of the text.
  let hash = 0x811c9dc5;
  for (const char of parts.join('|')) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) % limit;
}

const pathOf = ({ path }: GraphQLResolveInfo): string => {
  const keys: (string | number)[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at; at = at.prev) keys.unshift(at.key);
  return keys.join('.');
};

/**
 * `trouble` of a hundred places are wrong. In a mixed world some fields resolve later and some at once. When one of these
 * fails, graphql-js leaves the promises of other items of its list unheard, so that a mixed world with trouble has lists
 * of one item only.
 */
interface World {
  seed: number;
  trouble: number;
  mode: 'at once' | 'later' | 'mixed';
}
const itemsMax = ({ mode, trouble }: World): number => (mode === 'mixed' && trouble > 0 ? 1 : 3);
const isLater = ({ seed, mode }: World, ...place: (string | number)[]): boolean =>
  mode === 'later' || (mode === 'mixed' && pick(4, seed, ...place, 'later') === 0);

/** A value of a type for a place of the answer; a wrong one is null, an error, or a value that the type refuses. */
function valueOf(type: GraphQLOutputType, place: string, world: World): unknown {
  const { seed, trouble } = world;
  if (isNonNullType(type)) return valueOf(type.ofType, place, world);
  if (pick(100, seed, place, 'wrong') < trouble) {
    const wrong = [null, undefined, new Error(`wrong at ${place}`), { not: 'a leaf' }, [], 'text'];
    return wrong[pick(wrong.length, seed, place, 'which')];
  }
  if (isListType(type)) {
    return Array.from({ length: pick(itemsMax(world) + 1, seed, place, 'length') }, (_, index) => {
      const item = valueOf(type.ofType, `${place}.${index}`, world);
      return isLater(world, place, index) ? later(item, pick(3, seed, place, index)) : item;
    });
  }
  if (isEnumType(type)) return type.getValues()[pick(type.getValues().length, seed, place)]?.value;
  if (isLeafType(type)) {
    if (type.name === 'Int' || type.name === 'Float') return pick(1_000, seed, place);
    if (type.name === 'Boolean') return pick(2, seed, place) === 0;
    return `${type.name} ${pick(1_000, seed, place)}`;
  }
  const possible = isObjectType(type) ? [type] : [];
  return { __typename: possible[0]?.name, place };
}

/** Resolves, or rejects with an error, after some turns. */
async function later(value: unknown, turns: number): Promise<unknown> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
  if (value instanceof Error) throw value;
  return value;
}

const SOUND: World = { seed: 1, trouble: 0, mode: 'mixed' };
let world = SOUND;

/** The schema of the API; each field answers by its place in the world, by a resolver with or without info. */
function fakeSchema(): GraphQLSchema {
  const schema = buildSchema(read('schema.graphql'));
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      const resolve = (place: string): unknown => {
        const value = valueOf(field.type, place, world);
        if (isLater(world, place)) return later(value, pick(4, world.seed, place, 'turns'));
        if (value instanceof Error && pick(2, world.seed, place, 'way') === 0) throw value;
        return value;
      };
      if (pick(3, type.name, field.name) === 0) {
        field.resolve = (source: unknown) =>
          resolve(`${(source as { place?: string } | undefined)?.place}.${field.name}`);
      } else {
        field.resolve = (_source, args, context, info) => {
          const answer = resolve(pathOf(info));
          return typeof answer === 'string' && field.args.length > 0
            ? `${answer} ${JSON.stringify(args)} ${JSON.stringify(context)}`
            : answer;
        };
      }
    }
  }
  return schema;
}

function inputOf(type: GraphQLInputType): unknown {
  if (isNonNullType(type)) return inputOf(type.ofType);
  if (isListType(type)) return [inputOf(type.ofType)];
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (isInputObjectType(type)) {
    const required = Object.values(type.getFields()).filter((field) => isNonNullType(field.type));
    return Object.fromEntries(required.map((field) => [field.name, inputOf(field.type)]));
  }
  const name = getNamedType(type).name;
  return name === 'Int' || name === 'Float' ? 3 : name === 'Boolean' ? true : '1';
}

/** Values for the variables of an operation: of all, or only of those that are required. */
function variablesOf(schema: GraphQLSchema, document: DocumentNode, all: boolean): Record<string, unknown> {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return Object.fromEntries(
    (operation?.variableDefinitions ?? []).flatMap(({ variable, type: node }) => {
      const type = typeFromAST(schema, node as never) as GraphQLInputType;
      return all || isNonNullType(type) ? [[variable.name.value, inputOf(type)]] : [];
    }),
  );
}

const textOf = (result: ExecutionResult): string =>
  JSON.stringify({ ...result, errors: result.errors?.map((error) => error.toJSON()) });

async function both(schema: GraphQLSchema, document: DocumentNode, variableValues: Record<string, unknown> = {}) {
  const contextValue = { viewer: 'one' };
  const theirs = await execute({ schema, document, variableValues, contextValue });
  const run = createExecutor(schema);
  const ours = await run({ document, variableValues, contextValue });
  // The second time along the plan that was kept.
  const again = await run({ document, variableValues, contextValue });
  return { theirs: textOf(theirs), ours: textOf(ours), again: textOf(again) };
}

const worlds = fc.record<World>({
  seed: fc.nat(),
  trouble: fc.constantFrom(1, 5, 20),
  mode: fc.constantFrom('at once', 'later', 'mixed'),
});

const schema = fakeSchema();

it('the page has its operations', () => {
  expect(operations.length).toBeGreaterThan(70);
});

describe('every operation of the page is answered byte for byte as by graphql-js', () => {
  it.each(operations)('%s', async (_name, document) => {
    for (const all of [true, false]) {
      const { theirs, ours, again } = await both(schema, document, variablesOf(schema, document, all));
      expect([ours, again]).toEqual([theirs, theirs]);
    }
  });

  it('also when fields fail, are null or are not of their type, with the same errors in the same order', async () => {
    let failures = 0;
    await fc
      .assert(
        fc.asyncProperty(worlds, fc.constantFrom(...operations), async (one, [, document]) => {
          world = one;
          const { theirs, ours } = await both(schema, document, variablesOf(schema, document, world.seed % 2 === 0));
          expect(ours).toBe(theirs);
          failures += theirs.includes('"errors"') ? 1 : 0;
        }),
        { numRuns: 150 },
      )
      .finally(() => {
        world = SOUND;
      });
    expect(failures).toBeGreaterThan(20);
  });
});

describe('what a document may have is answered as by graphql-js', () => {
  it.each([
    ['an alias that is a name of JavaScript', '{ __proto__: me { constructor: id toString: email } }'],
    ['the name of a type', '{ __typename me { __typename profile: __typename } }'],
    ['introspection', '{ __schema { queryType { name } directives { name args { name type { kind } } } } }'],
    ['one type', '{ __type(name: "Position") { name fields { name type { name ofType { name } } } } }'],
    ['the same field twice', '{ me { id } me { email } }'],
    ['a fragment in a fragment', '{ ...A } fragment A on Query { me { ...B } } fragment B on User { id email }'],
    ['a variable with a default', 'query ($n: Int = 7) { positions(first: $n) { edges { cursor } } }'],
    ['an argument of the wrong kind', '{ positions(first: "seven") { edges { cursor } } }'],
    ['a field that does not exist', '{ me { id nothing } }'],
    ['a subscription, as graphql-js runs it without a stream', 'subscription { jobChanged { cursor } }'],
    ['a variable that is missing', 'query ($id: ID!) { position(id: $id) { id } }'],
  ])('%s', async (_what, text) => {
    const { theirs, ours, again } = await both(schema, parse(text));
    expect([ours, again]).toEqual([theirs, theirs]);
  });

  it('fields that a variable skips or includes, one plan for each answer', async () => {
    const document = parse(
      'query ($a: Boolean!, $b: Boolean = true) { me { id @include(if: $a) email @skip(if: $b) ...F @include(if: $b) } } fragment F on User { createdAt }',
    );
    const run = createExecutor(schema);
    const answers = new Set<string>();
    for (const variableValues of [
      { a: true },
      { a: false },
      { a: true, b: false },
      { a: false, b: false },
      { a: true },
    ]) {
      const ours = textOf(await run({ document, variableValues }));
      expect(ours).toBe(textOf(await execute({ schema, document, variableValues })));
      answers.add(ours);
    }
    expect(answers.size).toBe(4);
  });

  it('an item that fails at once beside one that fails later ends nothing but the answer', async () => {
    const small = buildSchema('type Item { at: String! } type Query { items: [Item!]! }');
    const items = [{ at: () => later(new Error('later'), 3) }, { at: null }];
    const run = createExecutor(small);
    // Vitest fails for a rejection that nobody hears.
    const { data, errors } = await run({ document: parse('{ items { at } }'), rootValue: { items } });
    expect([data, errors?.map(({ message }) => message)]).toEqual([
      null,
      ['Cannot return null for non-nullable field Item.at.'],
    ]);
  });
});
