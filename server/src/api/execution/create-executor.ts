import {
  execute,
  OperationTypeNode,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import {
  assertValidExecutionArguments,
  buildExecutionContext,
  type ExecutionContext,
} from 'graphql/execution/execute.js';
import { executeQuery } from './execute-query.js';
import { conditionsOf, planQuery, type QueryPlan } from './plan-query.js';

/** Plans are kept until they have so many fields in all, about 200 bytes each. The page has 5,000. */
const FIELDS_MAX = 50_000;

interface Known {
  conditions: readonly string[];
  /** By the operation and the values of its conditions. */
  plans: Map<string, QueryPlan | null>;
}

export type Execute = (args: Omit<ExecutionArgs, 'schema'>) => ExecutionResult | Promise<ExecutionResult>;

/**
 * Executes operations as `execute` of graphql-js does, queries along a plan that is kept with their document. The caller
 * has validated the document and gives the same object each time.
 */
export function createExecutor(schema: GraphQLSchema): Execute {
  let known = new WeakMap<DocumentNode, Known>();
  let fields = 0;

  const planOf = (document: DocumentNode, run: ExecutionContext): QueryPlan | null => {
    const { operation, variableValues } = run;
    const before = known.get(document);
    const entry = before ?? { conditions: conditionsOf(document), plans: new Map<string, QueryPlan | null>() };
    const key = keyOf(operation, entry.conditions, variableValues);
    const found = entry.plans.get(key);
    if (found !== undefined) return found;
    const plan = planQuery(run) ?? null;
    fields += plan?.size ?? 1;
    if (fields > FIELDS_MAX) {
      known = new WeakMap();
      fields = 0;
    }
    entry.plans.set(key, plan);
    known.set(document, entry);
    return plan;
  };

  return (args) => {
    const all = { ...args, schema };
    assertValidExecutionArguments(schema, args.document, args.variableValues);
    const run = buildExecutionContext(all);
    if (!('schema' in run)) return { errors: run };
    if (run.operation.operation !== OperationTypeNode.QUERY) return execute(all);
    const plan = planOf(args.document, run);
    return plan ? executeQuery(plan, run) : execute(all);
  };
}

const keyOf = (
  { name }: OperationDefinitionNode,
  conditions: readonly string[],
  values: ExecutionContext['variableValues'],
): string => [name?.value ?? '', ...conditions.map((variable) => String(values[variable]))].join(' ');
