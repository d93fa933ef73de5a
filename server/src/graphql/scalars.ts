import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';

/** 18 digits on each side of the point: what DECIMAL(36,18) holds. */
const DECIMAL = /^-?\d{1,18}(\.\d{1,18})?$/;

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });

/** Refused values are never repeated, because an error message may be written to a log. */
function parseDecimal(value: unknown): string {
  if (typeof value === 'string' && DECIMAL.test(value)) return value;
  throw badInput('A Decimal is a string such as "12.5", with at most 18 digits on each side of the point.');
}

/** The database pads decimals with zeros. They are removed, because people and caches need one spelling of a number. */
function printDecimal(value: unknown): string {
  if (typeof value === 'string') return value.includes('.') ? value.replace(/\.?0+$/, '') : value;
  if (typeof value === 'object' && value !== null && 'toFixed' in value) {
    return (value as { toFixed(): string }).toFixed();
  }
  throw new TypeError('A Decimal field was given something that is neither a string nor a decimal.');
}

export const GraphQLDecimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal number, sent as a string such as "12.5" so that no digit is lost. JSON numbers are refused.',
  serialize: printDecimal,
  parseValue: parseDecimal,
  parseLiteral: (node) => parseDecimal(node.kind === Kind.STRING ? node.value : undefined),
});

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/;

function parseInstant(value: unknown): Date {
  const date = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  if (date && !Number.isNaN(date.getTime())) return date;
  throw badInput('A DateTime is an ISO 8601 string with a zone, such as "2026-11-24T12:00:00.000Z".');
}

export const GraphQLDateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'A point in time, ISO 8601 in UTC with milliseconds.',
  serialize(value) {
    if (value instanceof Date) return value.toISOString();
    if (typeof value === 'number') return new Date(value).toISOString();
    throw new TypeError('A DateTime field was given something that is neither a Date nor milliseconds.');
  },
  parseValue: parseInstant,
  parseLiteral: (node: ValueNode) => parseInstant(node.kind === Kind.STRING ? node.value : undefined),
});

export const GraphQLJsonValue = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'A free-form JSON value.',
  specifiedByURL: null,
});
