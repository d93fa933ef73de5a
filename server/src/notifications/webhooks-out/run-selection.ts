import {
  execute,
  GraphQLError,
  Kind,
  parse,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { GraphqlContext } from '../../graphql/context.js';
import { checkOperation, checkSize, rootFields, TOKENS_MAX } from '../../graphql/limits.js';

/** What a webhook is sent that chose nothing else. */
export const DEFAULT_SELECTION = '{ id type occurredAt facts { name value } }';
export const SELECTION_MAX = 5_000;
/** A webhook is executed for every event, so it may cost less than an operation of a person. */
const COST_MAX = 2_000;
const ROOT = 'notificationEvent';

/** A selection as the operation that reads it, or what must be changed in it. */
export function readSelection(
  schema: GraphQLSchema,
  selection: string,
): { document: DocumentNode } | { faults: string[] } {
  if (selection.length > SELECTION_MAX)
    return { faults: [`A selection may have at most ${SELECTION_MAX} characters.`] };
  let document: DocumentNode;
  try {
    document = parse(`query ($id: ID!) { ${ROOT}(id: $id) ${selection}\n}`, { maxTokens: TOKENS_MAX });
  } catch (error) {
    return { faults: [`The selection is not GraphQL: ${(error as Error).message}`] };
  }
  const [operation, ...rest] = document.definitions;
  const isOne = rest.length === 0 && operation?.kind === Kind.OPERATION_DEFINITION;
  // Text that closes a brace of ours could add other operations or fields.
  if (!isOne || !isOurs(document, operation)) {
    return { faults: ['The selection must be one selection set, such as { type occurredAt position { symbol } }.'] };
  }
  const tooLarge = checkSize(document);
  if (tooLarge) return { faults: [tooLarge.message] };
  const invalid = validate(schema, document);
  if (invalid.length > 0) return { faults: invalid.slice(0, 5).map(({ message }) => message) };
  const cost = checkOperation(schema, document, operation, { id: '1' });
  if (cost instanceof GraphQLError) return { faults: [cost.message] };
  if (cost > COST_MAX) return { faults: [`The selection costs ${cost} points; at most ${COST_MAX} are allowed.`] };
  return { document };
}

const isOurs = (document: DocumentNode, operation: OperationDefinitionNode): boolean => {
  const [field, ...others] = operation.selectionSet.selections;
  return (
    operation.operation === 'query' &&
    others.length === 0 &&
    field?.kind === Kind.FIELD &&
    field.alias === undefined &&
    rootFields(document, operation).join() === ROOT
  );
};

/** The body of a webhook, as an object. */
export interface WebhookPayload {
  id: string;
  type: string;
  timestamp: string;
  data: unknown;
  errors?: { path: string; message: string }[];
}

/**
 * Executes a selection for one event in the name of its owner, and makes the body of the webhook. A field that fails is
 * null and named in `errors`, so that an event is delivered in any case.
 */
export async function runSelection(
  { schema, contextValue }: { schema: GraphQLSchema; contextValue: GraphqlContext },
  {
    event,
    messageId,
    selection,
  }: { event: { id: number; type: string; occurredAt: Date }; messageId: string; selection: string | null },
): Promise<WebhookPayload> {
  const about = {
    ...{ id: `msg_${messageId.replaceAll('-', '')}`, type: event.type, timestamp: event.occurredAt.toISOString() },
  };
  const read = readSelection(schema, selection ?? DEFAULT_SELECTION);
  if ('faults' in read) return { ...about, data: null, errors: read.faults.map((message) => ({ path: '', message })) };
  const result = await execute({
    schema,
    document: read.document,
    variableValues: { id: String(event.id) },
    contextValue,
  });
  const errors = (result.errors ?? []).map(({ path, extensions }) => ({
    path: path?.slice(1).join('.') ?? '',
    message: String(extensions.code ?? 'INTERNAL'),
  }));
  return { ...about, data: result.data?.[ROOT] ?? null, ...(errors.length > 0 && { errors }) };
}
