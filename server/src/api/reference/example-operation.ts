import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
} from 'graphql';
import { OPERATION_SCOPES } from '../../graphql/scopes.js';

/** How many objects below the answer (or below the nodes of a list) are selected. */
const DEPTH = 1;
const INDENT = '  ';

type Field = GraphQLField<unknown, unknown>;

interface Place {
  depth: number;
  /** The types above, which are not selected again. */
  above: readonly string[];
  /** Whether a token may call the operation: then what is closed to tokens is left out. */
  forTokens: boolean;
  indent: string;
}

const isConnection = (type: GraphQLNamedType): boolean => type.name.endsWith('Connection');

/** Whether a field is part of an example: it needs no argument, and what is closed to tokens is not asked of them. */
const isAskable = ({ args, extensions, deprecationReason }: Field, { forTokens }: Place): boolean =>
  !deprecationReason &&
  !(forTokens && extensions.notForTokens === true) &&
  args.every(({ type, defaultValue }) => !isNonNullType(type) || defaultValue !== undefined);

function linesOf(type: GraphQLObjectType, place: Place): string[] {
  const inner = { ...place, indent: place.indent + INDENT, above: [...place.above, type.name] };
  const isList = isConnection(type) || type.name.endsWith('Edge');
  return Object.values(type.getFields()).flatMap((field) => {
    const of = getNamedType(field.type);
    if (!isAskable(field, place)) return [];
    if (isLeafType(of)) return [`${place.indent}${field.name}`];
    // Lists inside of rows are asked for by their own operation, so that a whole page stays cheap.
    const isInRow = place.above.some((name) => name.endsWith('Edge'));
    if (isInRow && isListType(getNullableType(field.type))) return [];
    if (place.above.includes(of.name) || (isConnection(of) && place.above.length > 0)) return [];
    const depth = isList ? place.depth : place.depth - 1;
    if (depth < 0) return [];
    const block = blockOf(of, { ...inner, depth });
    return block === '' ? [] : [`${place.indent}${field.name}${block}`];
  });
}

/** ` { … }` for a type with fields, otherwise nothing. */
function blockOf(type: GraphQLNamedType, place: Place): string {
  const outer = place.indent.slice(INDENT.length);
  if (isUnionType(type)) {
    const deeper = { ...place, indent: place.indent + INDENT };
    const members = type.getTypes().map((member) => {
      const lines = linesOf(member, deeper);
      return `${place.indent}... on ${member.name} {\n${lines.join('\n')}\n${place.indent}}`;
    });
    return ` {\n${place.indent}__typename\n${members.join('\n')}\n${outer}}`;
  }
  if (!isObjectType(type) && !isInterfaceType(type)) return '';
  const lines = linesOf(type as GraphQLObjectType, place);
  return lines.length === 0 ? '' : ` {\n${lines.join('\n')}\n${outer}}`;
}

/**
 * A complete operation of a root field: all arguments as variables, and every field of the answer that is a value, one
 * object deep. It is the example of the reference and an operation of the client package.
 */
export function exampleOperation(kind: 'query' | 'mutation' | 'subscription', field: Field): string {
  const { name, args } = field;
  const scope = OPERATION_SCOPES.get(name);
  const forTokens = scope !== undefined && scope !== 'session';
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  const variables = args.map((arg) => `$${arg.name}: ${String(withDefault(arg))}`).join(', ');
  const passed = args.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
  // An event only wraps what changed, which is wanted with what it refers to.
  const depth = kind === 'subscription' ? DEPTH + 1 : DEPTH;
  const place: Place = { depth, above: [], forTokens, indent: INDENT + INDENT };
  const call = `${INDENT}${name}${passed && `(${passed})`}${blockOf(getNamedType(field.type), place)}`;
  return `${kind} ${title}${variables && `(${variables})`} {\n${call}\n}`;
}

/** A variable with a default is optional: its value may be left out, and the default of the server counts. */
const withDefault = ({ type, defaultValue }: Field['args'][number]) =>
  isNonNullType(type) && defaultValue !== undefined ? type.ofType : type;
