import {
  coerceInputValue,
  isInputType,
  isNonNullType,
  typeFromAST,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { badInput, withoutSuggestions, type FieldFault } from './errors.js';

const FAULTS_MAX = 20;
const NAME = /^[_A-Za-z]\w{0,99}$/;

/**
 * Checks the variables of an operation against their types before anything else needs them. The error is BAD_USER_INPUT
 * and names every wrong field by its path inside the variables (`input.tradeMode`), never its value. Undefined when all
 * of them fit.
 */
export function checkVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown> | null | undefined,
): GraphQLError | undefined {
  const given = variables ?? {};
  const faults: FieldFault[] = [];
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    // Validation has reported a type that does not exist.
    if (!type || !isInputType(type)) continue;
    if (!Object.hasOwn(given, name)) {
      if (isNonNullType(type) && !defaultValue) {
        faults.push({ path: name, message: `Variable "$${name}" of required type "${type}" was not provided.` });
      }
      continue;
    }
    coerceInputValue(given[name], type, (path, _value, error) => {
      faults.push(faultAt(name, path, error.message));
    });
  }
  return faults.length === 0 ? undefined : badInput(...faults.slice(0, FAULTS_MAX));
}

function faultAt(variable: string, path: readonly (string | number)[], text: string): FieldFault {
  const unknown = /^Field "([^]*?)" is not defined by type "(\w+)"/.exec(text);
  const missing = /^Field "(\w+)" of required type "[\w[\]!]+" was not provided\.$/.exec(text);
  // A name that cannot be the name of a field is a value in the wrong place, and values are not repeated.
  const field = missing?.[1] ?? (unknown?.[1] && NAME.test(unknown[1]) ? unknown[1] : undefined);
  const full = [variable, ...path, ...(field === undefined ? [] : [field])].reduce<string>(
    (whole, part) => (typeof part === 'number' ? `${whole}[${part}]` : whole === '' ? part : `${whole}.${part}`),
    '',
  );
  const reason = unknown
    ? `Field ${field === undefined ? '' : `"${field}" `}is not defined by type "${unknown[2]}".`
    : withoutValue(withoutSuggestions(text));
  return { path: full, message: `Variable "$${variable}" is not valid at "${full}". ${reason}`.trim() };
}

/** What a message of graphql-js says without the value that it quotes. */
function withoutValue(text: string): string {
  const kept = [
    /^Field "\w+" of required type "[\w[\]!]+" was not provided\.$/,
    /^Expected non-nullable type "[\w[\]!]+" not to be null\.$/,
    /^Expected type "\w+" to be an object\.$/,
    /^A (?:Decimal|DateTime) is [^]*$/,
  ].find((form) => form.test(text));
  if (kept) return text;
  const type =
    /does not exist in "(\w+)" enum|^Enum "(\w+)" cannot|^(\w+) cannot represent|^Expected type "(\w+)"/.exec(text);
  const name = type?.slice(1).find((one) => one !== undefined);
  return name === undefined ? '' : `Expected type "${name}".`;
}
