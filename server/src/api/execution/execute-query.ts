import { GraphQLError, isNonNullType, locatedError, type ExecutionResult, type GraphQLOutputType } from 'graphql';
import { buildResolveInfo, type ExecutionContext } from 'graphql/execution/execute.js';
import { getArgumentValues } from 'graphql/execution/values.js';
import { inspect } from 'graphql/jsutils/inspect.js';
import { addPath, pathToArray, type Path } from 'graphql/jsutils/Path.js';
import type { FieldPlan, QueryPlan, ValuePlan } from './plan-query.js';

// What `execute` of graphql-js does with a query, along a plan. It follows the specification, section 6, and graphql-js
// to the letter of its messages; execute-query.test.ts compares the two. It is faster because nothing is looked up, and no
// path, arguments or promise are made for a field that needs none.

type Answer = Record<string, unknown>;
type Run = ExecutionContext;
type Place = Pick<FieldPlan, 'nodes' | 'parent' | 'name' | 'definition'>;

const NO_ARGUMENTS = Object.freeze({});

const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';

/** Executes the query of a context that `buildExecutionContext` of graphql-js has made. */
export function executeQuery({ fields }: QueryPlan, run: Run): ExecutionResult | Promise<ExecutionResult> {
  try {
    const data = executeFields(run, fields, run.rootValue, undefined);
    return isPromise(data)
      ? data.then(
          (done) => answerOf(run, done as Answer),
          (error) => failed(run, error),
        )
      : answerOf(run, data);
  } catch (error) {
    return failed(run, error);
  }
}

function answerOf({ collectedErrors }: Run, data: Answer | null): ExecutionResult {
  const { errors } = collectedErrors;
  return errors.length === 0 ? { data } : { errors, data };
}

function failed(run: Run, error: unknown): ExecutionResult {
  run.collectedErrors.add(error as GraphQLError, undefined);
  return answerOf(run, null);
}

/** The object of these fields; a promise when one of them is. */
function executeFields(
  run: Run,
  fields: readonly FieldPlan[],
  source: unknown,
  path: Path | undefined,
): Answer | Promise<Answer> {
  // Every name has its place before the first promise is resolved, so the order of the answer is that of the query.
  const answer: Answer = {};
  let keys: string[] | undefined;
  let waiting: Promise<unknown>[] | undefined;
  try {
    for (const field of fields) {
      const value = executeField(run, field, source, path);
      if (isPromise(value)) {
        (keys ??= []).push(field.key);
        (waiting ??= []).push(value);
      }
      set(answer, field.key, value);
    }
  } catch (error) {
    // The others are awaited, so that none of them rejects unheard.
    if (!waiting) throw error;
    return Promise.all(waiting).finally(() => {
      throw error;
    }) as Promise<never>;
  }
  if (!waiting) return answer;
  return Promise.all(waiting).then((values) => {
    for (const [index, key] of (keys ?? []).entries()) set(answer, key, values[index]);
    return answer;
  });
}

/** A client may choose `__proto__` as an alias; assigning it would do something else. */
function set(answer: Answer, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(answer, key, { value, enumerable: true, writable: true, configurable: true });
  else answer[key] = value;
}

function executeField(run: Run, field: FieldPlan, source: unknown, parentPath: Path | undefined): unknown {
  const { value: plan, resolve, key, parent } = field;
  const isLeaf = plan.kind === 'leaf';
  // The path of a leaf is needed only when it fails, or by its resolver.
  let path = isLeaf ? undefined : addPath(parentPath, key, parent.name);
  try {
    let raw: unknown;
    if (!resolve) raw = propertyOf(run, field, source, () => (path ??= addPath(parentPath, key, parent.name)));
    else {
      if (field.needsInfo) path ??= addPath(parentPath, key, parent.name);
      raw = callResolver(run, field, source, path);
    }
    if (!isPromise(raw)) {
      if (isLeaf) return completeLeaf(plan, field, raw);
      const done = completeValue(run, { field, path: path as Path }, plan, raw);
      return isPromise(done) ? done.then(undefined, (error) => fail(run, field, path as Path, error)) : done;
    }
    const at = (path ??= addPath(parentPath, key, parent.name));
    return raw
      .then((resolved) => completeValue(run, { field, path: at }, plan, resolved))
      .then(undefined, (error) => fail(run, field, at, error));
  } catch (error) {
    return fail(run, field, path ?? addPath(parentPath, key, parent.name), error);
  }
}

/** As the default resolver of graphql-js: a property, or what a function of that name returns. */
function propertyOf(run: Run, field: FieldPlan, source: unknown, pathOf: () => Path): unknown {
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
  const property = (source as Answer)[field.name];
  if (typeof property !== 'function') return property;
  const info = buildResolveInfo(run, field.definition, field.nodes, field.parent, pathOf());
  const args = getArgumentValues(field.definition, field.nodes[0] as never, run.variableValues);
  return (source as Record<string, (...all: unknown[]) => unknown>)[field.name]?.(args, run.contextValue, info);
}

function callResolver(run: Run, field: FieldPlan, source: unknown, path: Path | undefined): unknown {
  const { definition, nodes, parent, resolve } = field;
  const args = field.hasArguments ? getArgumentValues(definition, nodes[0] as never, run.variableValues) : NO_ARGUMENTS;
  const info = field.needsInfo ? buildResolveInfo(run, definition, nodes, parent, path as Path) : undefined;
  return resolve?.(source, args, run.contextValue, info as never);
}

/** Null for a field that may be null, beside its error; otherwise the error goes on to the parent. */
function fail(run: Run, { nodes, definition }: Place, path: Path, raw: unknown): null {
  return handle(run, nodes, definition.type, path, raw);
}

function handle(run: Run, nodes: Place['nodes'], type: GraphQLOutputType, path: Path, raw: unknown): null {
  const error = locatedError(raw, nodes as never, pathToArray(path));
  if (isNonNullType(type)) throw error;
  run.collectedErrors.add(error, path);
  return null;
}

const nullFault = ({ parent, name }: Place): Error =>
  new Error(`Cannot return null for non-nullable field ${parent.name}.${name}.`);

function completeLeaf(plan: Extract<ValuePlan, { kind: 'leaf' }>, field: Place, value: unknown): unknown {
  if (value === null || value === undefined) {
    if (plan.isNonNull) throw nullFault(field);
    return null;
  }
  if (value instanceof Error) throw value;
  const text: unknown = plan.type.serialize(value);
  if (text === null || text === undefined) {
    throw new Error(
      `Expected \`${inspect(plan.type)}.serialize(${inspect(value)})\` to return non-nullable value, returned: ${inspect(text)}`,
    );
  }
  return text;
}

interface At {
  field: FieldPlan;
  path: Path;
}

function completeValue(run: Run, at: At, plan: ValuePlan, value: unknown): unknown {
  if (plan.kind === 'leaf') return completeLeaf(plan, at.field, value);
  if (value instanceof Error) throw value;
  if (value === null || value === undefined) {
    if (plan.isNonNull) throw nullFault(at.field);
    return null;
  }
  return plan.kind === 'list' ? completeList(run, at, plan, value) : completeObject(run, at, plan, value);
}

function completeList(
  run: Run,
  { field, path }: At,
  plan: Extract<ValuePlan, { kind: 'list' }>,
  value: unknown,
): unknown {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) {
    throw new GraphQLError(`Expected Iterable, but did not find one for field "${field.parent.name}.${field.name}".`);
  }
  const { item, itemType } = plan;
  const waiting: Promise<unknown>[] = [];
  try {
    const items = Array.from(value as Iterable<unknown>, (raw, index) => {
      const at = { field, path: addPath(path, index, undefined) };
      const failItem = (error: unknown): null => handle(run, field.nodes, itemType, at.path, error);
      try {
        const done = isPromise(raw)
          ? raw.then((resolved) => completeValue(run, at, item, resolved))
          : completeValue(run, at, item, raw);
        if (!isPromise(done)) return done;
        const heard = done.then(undefined, failItem);
        waiting.push(heard);
        return heard;
      } catch (error) {
        return failItem(error);
      }
    });
    return waiting.length > 0 ? Promise.all(items) : items;
  } catch (error) {
    // The list is lost. What its other items still say, nobody needs to hear.
    for (const item of waiting) item.catch(() => undefined);
    throw error;
  }
}

function completeObject(run: Run, at: At, plan: Extract<ValuePlan, { kind: 'object' }>, value: unknown): unknown {
  const { type, fields } = plan;
  if (!type.isTypeOf) return executeFields(run, fields, value, at.path);
  const { field, path } = at;
  const wrong = (): GraphQLError =>
    new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, {
      nodes: field.nodes as never,
    });
  const info = buildResolveInfo(run, field.definition, field.nodes, field.parent, path);
  const isIt = type.isTypeOf(value, run.contextValue, info);
  if (isPromise(isIt)) {
    return isIt.then((resolved) => {
      if (!resolved) throw wrong();
      return executeFields(run, fields, value, path);
    });
  }
  if (!isIt) throw wrong();
  return executeFields(run, fields, value, path);
}
