import {
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef, type ExecutionContext } from 'graphql/execution/execute.js';

/** What to do with a value of a type. */
export type ValuePlan = { isNonNull: boolean } & (
  | { kind: 'leaf'; type: GraphQLLeafType }
  | { kind: 'list'; item: ValuePlan; itemType: GraphQLOutputType }
  | { kind: 'object'; type: GraphQLObjectType; fields: readonly FieldPlan[] }
);

/** One field of the answer. */
export interface FieldPlan {
  /** Its name in the answer. */
  key: string;
  name: string;
  nodes: readonly FieldNode[];
  parent: GraphQLObjectType;
  definition: GraphQLField<unknown, unknown>;
  /** Undefined: the property of its name. */
  resolve: GraphQLFieldResolver<unknown, unknown> | undefined;
  hasArguments: boolean;
  /** A resolver with three parameters cannot see the fourth. */
  needsInfo: boolean;
  value: ValuePlan;
}

export interface QueryPlan {
  fields: readonly FieldPlan[];
  /** How many fields it has in all. */
  size: number;
}

type Place = Pick<ExecutionContext, 'schema' | 'fragments' | 'variableValues' | 'operation'>;

/** The plan needs the type of an object before the object is there. */
class NotPlanned extends Error {}

/**
 * Everything about a query that is the same each time it is executed: which fields each type has, with which resolver,
 * and what becomes of their values. Undefined for a query with an interface or a union in its answer.
 */
export function planQuery({ schema, fragments, variableValues, operation }: Place): QueryPlan | undefined {
  let size = 0;
  const planFields = (
    parent: GraphQLObjectType,
    collected: ReadonlyMap<string, readonly FieldNode[]>,
  ): readonly FieldPlan[] =>
    [...collected].flatMap(([key, nodes]) => {
      const [node] = nodes;
      const definition = node && getFieldDef(schema, parent, node);
      // Validation has reported a field that does not exist.
      if (!definition) return [];
      size += 1;
      const { name, resolve, args, type } = definition;
      const needsInfo = resolve !== undefined && resolve.length > 3;
      const field = { key, name, nodes, parent, definition, resolve, hasArguments: args.length > 0, needsInfo };
      return [{ ...field, value: planValue(type, nodes) }];
    });
  const planValue = (type: GraphQLOutputType, nodes: readonly FieldNode[], isNonNull = false): ValuePlan => {
    if (isNonNullType(type)) return planValue(type.ofType, nodes, true);
    if (isLeafType(type)) return { kind: 'leaf', isNonNull, type };
    if (isListType(type))
      return { kind: 'list', isNonNull, item: planValue(type.ofType, nodes), itemType: type.ofType };
    if (!isObjectType(type)) throw new NotPlanned();
    const fields = planFields(type, collectSubfields(schema, fragments, variableValues, type, nodes));
    return { kind: 'object', isNonNull, type, fields };
  };
  const root = schema.getQueryType();
  if (!root) return undefined;
  try {
    const fields = planFields(root, collectFields(schema, fragments, variableValues, root, operation.selectionSet));
    return { fields, size };
  } catch (error) {
    if (error instanceof NotPlanned) return undefined;
    throw error;
  }
}

/** The variables that decide which fields are there: those of @skip and @include. */
export function conditionsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names].sort();
}
