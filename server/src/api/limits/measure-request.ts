import { getOperationAST, GraphQLError, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { checkOperation, checkSize, TOKENS_MAX } from '../../graphql/limits.js';

/** Documents whose size was already checked and accepted. The page sends the same few repeatedly. */
const KNOWN_MAX = 500;
/** The costs that are kept with a document, for variables that are not longer than this. */
const COSTS_MAX = 20;
const VARIABLES_MAX = 500;
const CHARACTERS_PER_POINT = 10;

export interface Measured {
  /** Why the request is refused. */
  fault?: GraphQLError;
  /** Points for parsing and validating a document that is not known. */
  reading: number;
  /** Points of the operation; undefined when Apollo will say what is wrong with it. */
  cost?: number;
}

type Cost = number | GraphQLError | undefined;
interface Known {
  document: DocumentNode;
  /** By the operation's name and its variables. */
  costs: Map<string, Cost>;
}

export function queryOf(body: unknown): string | undefined {
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : undefined;
  return typeof query === 'string' ? query : undefined;
}

/** Measures requests before their session is read and their document is validated, so that a refusal costs little. */
export function createRequestMeter(schema: GraphQLSchema): (body: unknown) => Measured {
  const known = new Map<string, Known>();

  /** Validation compares fields pair by pair, so a document that is too large is refused before that. */
  const read = (query: string): Known | GraphQLError | undefined => {
    try {
      const document = parse(query, { maxTokens: TOKENS_MAX, noLocation: true });
      const fault = checkSize(document);
      if (fault) return fault;
      if (known.size >= KNOWN_MAX) known.clear();
      const entry = { document, costs: new Map<string, Cost>() };
      known.set(query, entry);
      return entry;
    } catch {
      return undefined; // Apollo reports what is wrong with it.
    }
  };
  const measure = (body: object, document: DocumentNode): Cost => {
    const { operationName, variables } = body as { operationName?: unknown; variables?: unknown };
    const operation = getOperationAST(document, typeof operationName === 'string' ? operationName : null);
    if (!operation || (variables && typeof variables !== 'object')) return undefined;
    const cost = checkOperation(schema, document, operation, variables as Record<string, unknown> | null | undefined);
    // What is wrong with variables and fields is said by the validation that follows.
    return cost instanceof GraphQLError && cost.extensions.code !== 'OPERATION_TOO_COMPLEX' ? undefined : cost;
  };
  /** The page sends the same operations with the same variables again and again. */
  const costOf = (body: object, { document, costs }: Known): Cost => {
    const { operationName, variables } = body as { operationName?: unknown; variables?: unknown };
    const key = JSON.stringify([operationName, variables]);
    if (costs.has(key)) return costs.get(key);
    const cost = measure(body, document);
    if (key.length <= VARIABLES_MAX) {
      if (costs.size >= COSTS_MAX) costs.clear();
      costs.set(key, cost);
    }
    return cost;
  };
  return (body) => {
    const query = queryOf(body);
    if (query === undefined) return { reading: 0 };
    const before = known.get(query);
    const reading = before ? 0 : Math.ceil(query.length / CHARACTERS_PER_POINT);
    const entry = before ?? read(query);
    if (!entry || entry instanceof GraphQLError) return { reading, ...(entry && { fault: entry }) };
    const cost = costOf(body as object, entry);
    if (cost instanceof GraphQLError) return { reading, fault: cost };
    return { reading, ...(cost !== undefined && { cost }) };
  };
}
