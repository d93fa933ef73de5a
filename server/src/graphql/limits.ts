import {
  GraphQLError,
  isLeafType,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
// Its ESM build loads a second copy of graphql, whose instanceof fails on our schema; `cjs` shares ours.
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity/cjs';
import { apiError } from './errors.js';

/** A standard introspection query has about 400 tokens, the largest of the page about 600. */
export const TOKENS_MAX = 2_000;
const DEPTH_MAX = 10;
const ROOT_FIELDS_MAX = 30;
const ALIASES_MAX = 30;
const DIRECTIVES_MAX = 50;
const SELECTIONS_MAX = 1_000;
const COST_MAX = 30_000;
/** Validation compares fields of the same name pair by pair, also those of lists that are merged. */
const COMPARISONS_MAX = 20_000;
/** The assumed number of rows of a list without `first`. */
const LIST_SIZE = 5;
const FIRST_MAX = 500;
/**
 * A leaf that is only read from its row costs this part of a point: a field with a resolver takes more than twice as long
 * (decision 055).
 */
const PROPERTY_COST = 0.5;

/** What a root field costs beside its fields: a read of the database, or a change with its audit entry. */
const READ_COST = 20;
const CHANGE_COST = 50;
/** Root fields that read or compute much more than they answer. */
const HEAVY: Readonly<Record<string, number>> = {
  dashboard: 2_000,
  report: 2_000,
  triggerLatency: 1_000,
  verifyAuditLog: 20_000,
  previewPhrase: 3_000,
  dryRunSignal: 200,
  // They hash a password on purpose slowly.
  signIn: 500,
  signInWithPasskey: 500,
  registerPasskey: 500,
  changePassword: 1_000,
  // They ask other servers, or execute an operation of their own.
  testNotificationChannel: 500,
  checkNotificationServers: 500,
  dryRunWebhook: 1_000,
  // They ask an exchange.
  testConnection: 500,
  rotateAccountKeys: 500,
};

/** Heavy reads of the database. They run in turn; see api/limits/heavy-reads.ts. */
export const HEAVY_READS: ReadonlySet<string> = new Set(['dashboard', 'report', 'triggerLatency', 'previewPhrase']);

/**
 * Fields allowed only once per operation. Otherwise one operation could bypass the limit on password guesses, or read
 * 500 messages many times.
 */
const ONCE = [
  'signIn',
  'signInWithPasskey',
  'registerPasskey',
  'changePassword',
  'stepUp',
  'disableTwoFactor',
  'replaceRecoveryCodes',
  'previewPhrase',
];

const tooMuch = (message: string): GraphQLError => apiError('OPERATION_TOO_COMPLEX', message);

/**
 * Measures a document in one pass, before any slower check: fragments are counted where they are defined, not where
 * they are used, and their depth once.
 */
export function checkSize(document: DocumentNode): GraphQLError | undefined {
  let [selections, aliases, directives] = [0, 0, 0];
  const walk = (set: SelectionSetNode | undefined): void => {
    for (const selection of set?.selections ?? []) {
      selections += 1;
      directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD && selection.alias) aliases += 1;
      if (selection.kind !== Kind.FRAGMENT_SPREAD) walk(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION || definition.kind === Kind.FRAGMENT_DEFINITION) {
      directives += definition.directives?.length ?? 0;
      walk(definition.selectionSet);
    }
  }
  if (selections > SELECTIONS_MAX) return tooMuch(`A document may select at most ${SELECTIONS_MAX} fields.`);
  if (aliases > ALIASES_MAX) return tooMuch(`A document may have at most ${ALIASES_MAX} aliases.`);
  if (directives > DIRECTIVES_MAX) return tooMuch(`A document may have at most ${DIRECTIVES_MAX} directives.`);
  if (depthOf(document) > DEPTH_MAX) return tooMuch(`An operation may be at most ${DEPTH_MAX} fields deep.`);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const roots = rootFields(document, definition);
    if (roots.length > ROOT_FIELDS_MAX) return tooMuch(`An operation may have at most ${ROOT_FIELDS_MAX} root fields.`);
    if (!isQuicklyCompared(document, definition)) return tooMuch('The same fields are selected too often.');
  }
  return undefined;
}

/**
 * Whether the rule that fields of the same name can be merged will end soon: it compares each pair of them, in each
 * selection set with its fragments, and in the merged sets below. This walks the same way and gives up early.
 */
function isQuicklyCompared(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  const fragments = fragmentsOf(document);
  let work = 0;
  const collect = (
    set: SelectionSetNode,
    into: { fields: Map<string, SelectionSetNode[]>; counts: Map<string, number>; seen: Set<string> },
  ): void => {
    for (const selection of set.selections) {
      work += 1;
      if (work > COMPARISONS_MAX) return;
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const count = into.counts.get(name) ?? 0;
        work += count;
        into.counts.set(name, count + 1);
        if (selection.selectionSet) into.fields.set(name, [...(into.fields.get(name) ?? []), selection.selectionSet]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet, into);
      else if (!into.seen.has(selection.name.value)) {
        into.seen.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, into);
      }
    }
  };
  const compare = (sets: readonly SelectionSetNode[]): void => {
    const into = {
      fields: new Map<string, SelectionSetNode[]>(),
      counts: new Map<string, number>(),
      seen: new Set<string>(),
    };
    for (const set of sets) collect(set, into);
    for (const below of into.fields.values()) if (work <= COMPARISONS_MAX) compare(below);
  };
  compare([operation.selectionSet]);
  return work <= COMPARISONS_MAX;
}

/** The depth of the deepest operation, also through fragments. graphql's own rule limits introspection. */
function depthOf(document: DocumentNode): number {
  const fragments = fragmentsOf(document);
  const known = new Map<string, number>();
  const ofFragment = (name: string): number => {
    const depth = known.get(name);
    if (depth !== undefined) return depth;
    known.set(name, 0); // A cycle ends here; validation reports it.
    const found = ofSet(fragments.get(name)?.selectionSet);
    known.set(name, found);
    return found;
  };
  const ofSet = (set: SelectionSetNode | undefined): number => {
    let deepest = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) deepest = Math.max(deepest, ofFragment(selection.name.value));
      else if (selection.kind === Kind.INLINE_FRAGMENT) deepest = Math.max(deepest, ofSet(selection.selectionSet));
      else if (!selection.name.value.startsWith('__')) deepest = Math.max(deepest, 1 + ofSet(selection.selectionSet));
    }
    return deepest;
  };
  return Math.max(
    0,
    ...document.definitions.map((node) => (node.kind === Kind.OPERATION_DEFINITION ? ofSet(node.selectionSet) : 0)),
  );
}

const fragmentsOf = (document: DocumentNode) =>
  new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [],
    ),
  );

/** Names of the root fields of an operation, with fragments expanded and repeats kept. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const fragments = fragmentsOf(document);
  const names: string[] = [];
  const seen = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.push(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        // A fragment spread twice is answered once, because fields of the same name are merged.
        if (fragment && !seen.has(selection.name.value)) {
          seen.add(selection.name.value);
          walk(fragment.selectionSet);
        }
      }
    }
  };
  walk(operation.selectionSet);
  return names;
}

const ownCost = (root: string, field: string): number => {
  if (root !== 'Query' && root !== 'Mutation') return 0;
  return HEAVY[field] ?? (root === 'Query' ? READ_COST : CHANGE_COST);
};

const estimate: ComplexityEstimator = ({ field, type, args, childComplexity }) =>
  ownCost(type.name, field.name) + answerCost({ field, type, args, childComplexity });

const answerCost = ({
  field,
  type,
  args,
  childComplexity,
}: Omit<Parameters<ComplexityEstimator>[0], 'node' | 'context'>): number => {
  if (isLeafType(getNamedType(field.type))) return field.resolve ? 1 : PROPERTY_COST;
  // `last` counts like `first`; an omitted `first` has its default value here.
  const sizes = [args.first, args.last].filter((size): size is number => typeof size === 'number');
  if (sizes.length > 0) return 1 + Math.min(Math.max(...sizes, 1), FIRST_MAX) * childComplexity;
  // The size of a connection was already counted at its field.
  const isMany = isListType(getNullableType(field.type)) && !type.name.endsWith('Connection');
  return 1 + (isMany ? LIST_SIZE : 1) * childComplexity;
};

/**
 * The checks that need the operation to run: the fields allowed only once, and the cost, which it returns in points. A
 * field of the answer costs one point, or half a point when it is only read from its row; a list counts with its `first`
 * or `last`, and a root field adds what it reads. An alias counts like a field.
 */
export function checkOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | null | undefined,
): GraphQLError | number {
  const roots = rootFields(document, operation);
  const twice = ONCE.find((name) => roots.filter((root) => root === name).length > 1);
  if (twice) return tooMuch(`${twice} may stand in an operation only once.`);
  const definitions = document.definitions.filter(
    (node) => node.kind !== Kind.OPERATION_DEFINITION || node === operation,
  );
  const cost = costOf(schema, { ...document, definitions }, variables ?? {});
  if (cost instanceof GraphQLError || cost <= COST_MAX) return cost;
  return tooMuch(
    `This operation costs ${cost}; at most ${COST_MAX} is allowed. Ask for fewer fields or a smaller first.`,
  );
}

function costOf(schema: GraphQLSchema, query: DocumentNode, variables: Record<string, unknown>): number | GraphQLError {
  try {
    return Math.ceil(getComplexity({ schema, query, variables, estimators: [estimate] }));
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    // It gives up on a document with more than 10,000 expanded fields, and on variables that do not match.
    if (/number of nodes/.test(error.message)) return tooMuch('This operation is too large.');
    return apiError('BAD_USER_INPUT', error.message);
  }
}
