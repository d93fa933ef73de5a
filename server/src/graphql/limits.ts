import {
  GraphQLError,
  isLeafType,
  getNamedType,
  getNullableType,
  isListType,
  Kind,
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';
import { getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { apiError } from './errors.js';

/** A standard introspection query has about 400 tokens, the largest of the page about 600. */
export const TOKENS_MAX = 2_000;
const DEPTH_MAX = 10;
const ROOT_FIELDS_MAX = 30;
const ALIASES_MAX = 30;
const DIRECTIVES_MAX = 50;
/** Same-named fields are compared pair by pair when a document is validated. */
const SELECTIONS_MAX = 1_000;
const COST_MAX = 30_000;
/** What a list without `first` is taken to have. */
const LIST_SIZE = 5;
const FIRST_MAX = 500;

/** Guesses come one at a time, so that no operation is a way around their limit. */
const ONCE = ['signIn', 'changePassword'];

const tooMuch = (message: string): GraphQLError => apiError('OPERATION_TOO_COMPLEX', message);

/** What a document asks for, found in one pass over it: fragments are counted where they stand, not where they are used. */
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
  return undefined;
}

/** Validation rule: how deep operations go, through fragments too. Introspection is bounded by graphql's own rule. */
export function depthRule(context: ValidationContext): ASTVisitor {
  const depths = new Map<FragmentDefinitionNode, number>();
  const depthOf = (set: SelectionSetNode | undefined): number => {
    let deepest = 0;
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.FIELD) {
        if (!selection.name.value.startsWith('__')) deepest = Math.max(deepest, 1 + depthOf(selection.selectionSet));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        deepest = Math.max(deepest, depthOf(selection.selectionSet));
      } else {
        deepest = Math.max(deepest, depthOfFragment(context.getFragment(selection.name.value)));
      }
    }
    return deepest;
  };
  const depthOfFragment = (fragment: FragmentDefinitionNode | null | undefined): number => {
    if (!fragment) return 0;
    const known = depths.get(fragment);
    if (known !== undefined) return known;
    depths.set(fragment, 0); // a cycle ends here; another rule reports it
    const depth = depthOf(fragment.selectionSet);
    depths.set(fragment, depth);
    return depth;
  };
  return {
    OperationDefinition(node) {
      if (depthOf(node.selectionSet) > DEPTH_MAX) {
        context.reportError(tooMuch(`An operation may be at most ${DEPTH_MAX} fields deep.`));
      }
    },
  };
}

/** Names of the root fields of an operation, fragments opened, repeats kept. */
export function rootFields(document: DocumentNode, operation: OperationDefinitionNode): string[] {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const names: string[] = [];
  const seen = new Set<string>();
  const walk = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) names.push(selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) walk(selection.selectionSet);
      else {
        const fragment = fragments.get(selection.name.value);
        // Spread twice it still answers once: same-named fields are merged.
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

const estimate: ComplexityEstimator = ({ field, type, args, childComplexity }) => {
  if (isLeafType(getNamedType(field.type))) return 1;
  const first: unknown = args.first;
  if (typeof first === 'number') return 1 + Math.min(Math.max(first, 1), FIRST_MAX) * childComplexity;
  // The size of a connection was counted at its field.
  const isMany = isListType(getNullableType(field.type)) && !type.name.endsWith('Connection');
  return 1 + (isMany ? LIST_SIZE : 1) * childComplexity;
};

/**
 * What is checked once the operation to run is known: how many root fields, what may come only once, and the cost,
 * one for each field that would be answered, lists counted with their `first`.
 */
export function checkOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | null | undefined,
): GraphQLError | undefined {
  const roots = rootFields(document, operation);
  if (roots.length > ROOT_FIELDS_MAX) return tooMuch(`An operation may have at most ${ROOT_FIELDS_MAX} root fields.`);
  const twice = ONCE.find((name) => roots.filter((root) => root === name).length > 1);
  if (twice) return tooMuch(`${twice} may stand in an operation only once.`);
  const definitions = document.definitions.filter((node) => node.kind !== Kind.OPERATION_DEFINITION || node === operation);
  try {
    const cost = getComplexity({
      schema,
      query: { ...document, definitions },
      variables: variables ?? {},
      estimators: [estimate],
    });
    return cost > COST_MAX
      ? tooMuch(`This operation costs ${cost}; at most ${COST_MAX} is allowed. Ask for fewer fields or a smaller first.`)
      : undefined;
  } catch (error) {
    // Variables that do not fit are told by the execution, which names them better.
    return error instanceof GraphQLError && /nodes/.test(error.message) ? tooMuch('This operation is too large.') : undefined;
  }
}
