import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { registerEnumType } from 'type-graphql';
import type { Logger } from 'pino';
import type { ReasonCode, Refusal } from '../core/reasons.js';
import { isStatementTimeout } from '../infra/database/database.js';
import { requestScope } from '../infra/request-scope.js';

/** Every value that `extensions.code` of an error can have. Codes are never removed; texts may change. */
export const ERROR_CODES = {
  BAD_USER_INPUT:
    'An argument is not valid; `fields` names it and says what to change, or `reason` has a ReasonCode. The path of a field starts inside the input, or with the name of the variable when its type does not fit.',
  BAD_REQUEST: 'The HTTP request is not a GraphQL request that this server accepts.',
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL, or is too long.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not match the schema.',
  UNKNOWN_DOCUMENT: 'The `documentId` is not one of this server: the page is of another build.',
  OPERATION_TOO_COMPLEX: 'The operation is too deep, too wide or too expensive; ask for less at once.',
  UNAUTHENTICATED: 'No session or token was sent, or it is not valid any more.',
  SECOND_FACTOR_REQUIRED: 'The password is right; sign in again with it and a code of the second factor.',
  PASSWORD_CHANGE_REQUIRED: 'The password must be changed before anything else.',
  FORBIDDEN: 'The signed-in user is not allowed to do this.',
  NOT_FOUND: 'It does not exist, or it is not yours.',
  CONFLICT: 'It is not possible in the current state; `reason` may have a ReasonCode.',
  RATE_LIMITED: 'Too many attempts, requests or points; `retryAfterMs` says how long to wait.',
  TIMEOUT: 'The database took too long to answer; ask for less at once.',
  SUBSCRIPTION_OVERFLOW: 'The client read too slowly; subscribe again with the last cursor.',
  CURSOR_TOO_OLD: 'Events after this cursor are no longer kept; query again and subscribe from now.',
  INTERNAL: 'The server failed; the error was logged with the request id.',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

export const ErrorCodes = Object.fromEntries(Object.keys(ERROR_CODES).map((code) => [code, code])) as {
  [K in ErrorCode]: K;
};
registerEnumType(ErrorCodes, {
  name: 'ErrorCode',
  description:
    'Every value that `extensions.code` of an error can have. `extensions.requestId` identifies the request.',
  valuesConfig: Object.fromEntries(
    Object.entries(ERROR_CODES).map(([code, description]) => [code, { description }]),
  ) as Record<ErrorCode, { description: string }>,
});

/** A field that is not valid and how to fix it. `path` is the field's path inside the arguments. */
export interface FieldFault {
  path: string;
  message: string;
}

export const apiError = (code: ErrorCode, message: string, extensions: Record<string, unknown> = {}): GraphQLError =>
  new GraphQLError(message, { extensions: { ...extensions, code } });

export const notFound = (what: string): GraphQLError => apiError('NOT_FOUND', `There is no such ${what}.`);
export const badInput = (...fields: FieldFault[]): GraphQLError =>
  apiError('BAD_USER_INPUT', fields.map(({ message }) => message).join(' '), { fields });

/** The codes of refusals that are not input errors. Every other reason becomes BAD_USER_INPUT. */
const CODE_OF_REASON: Partial<Record<ReasonCode, ErrorCode>> = {
  VAULT_NOT_FOUND: 'NOT_FOUND',
  SOURCE_NOT_FOUND: 'NOT_FOUND',
  SOURCE_LOCKED: 'FORBIDDEN',
  REAL_NOT_AVAILABLE: 'FORBIDDEN',
  TRADING_HALTED: 'FORBIDDEN',
  PASSWORD_REQUIRED: 'FORBIDDEN',
  PASSWORD_WRONG: 'FORBIDDEN',
  CODE_WRONG: 'FORBIDDEN',
  TWO_FACTOR_ON: 'CONFLICT',
  TWO_FACTOR_OFF: 'CONFLICT',
  PASSKEY_REFUSED: 'FORBIDDEN',
  PASSKEY_NOT_FOUND: 'NOT_FOUND',
  PASSKEY_EXISTS: 'CONFLICT',
  USER_NOT_FOUND: 'NOT_FOUND',
  EMAIL_TAKEN: 'CONFLICT',
  LAST_ADMIN: 'CONFLICT',
  OWN_USER: 'CONFLICT',
  LINK_INVALID: 'FORBIDDEN',
  SETUP_CODE_INVALID: 'FORBIDDEN',
  SETUP_DONE: 'CONFLICT',
  INSUFFICIENT_BALANCE: 'CONFLICT',
  IDEMPOTENCY_CONFLICT: 'CONFLICT',
  IDEMPOTENCY_IN_PROGRESS: 'CONFLICT',
  IDEMPOTENCY_KEY_SPENT: 'CONFLICT',
  VAULT_INACTIVE: 'CONFLICT',
  ACCOUNT_INACTIVE: 'CONFLICT',
  KEY_MAY_WITHDRAW: 'CONFLICT',
  ORDER_NOT_OURS: 'CONFLICT',
  POSITION_NOT_FOUND: 'NOT_FOUND',
  ORDER_NOT_FOUND: 'NOT_FOUND',
  PLAN_NOT_FOUND: 'NOT_FOUND',
  POSITION_CLOSED: 'CONFLICT',
  ALREADY_RESERVED: 'CONFLICT',
  ORDER_BUSY: 'CONFLICT',
  ORDER_CLOSED: 'CONFLICT',
  EXCHANGE_UNREACHABLE: 'CONFLICT',
  PLAN_EXPIRED: 'CONFLICT',
  ACCOUNT_NOT_FOUND: 'NOT_FOUND',
  EXTERNAL_ORDER_NOT_FOUND: 'NOT_FOUND',
  HOLDING_TOO_SMALL: 'CONFLICT',
  HOLDING_PRESENT: 'CONFLICT',
  BINDING_NOT_FOUND: 'NOT_FOUND',
  PHRASE_NOT_FOUND: 'NOT_FOUND',
  PARAMETER_NOT_FOUND: 'NOT_FOUND',
  PARAMETER_EXISTS: 'CONFLICT',
  QUOTA_REACHED: 'CONFLICT',
};

/** The only place where a refusal of the core becomes a GraphQL error. */
export const refusalError = ({ code, message, field }: Refusal): GraphQLError =>
  // A value that cannot be set is reported by its field, like every invalid argument.
  field === undefined
    ? apiError(CODE_OF_REASON[code] ?? 'BAD_USER_INPUT', message, { reason: code })
    : badInput({ path: field, message });

/** Throws the refusal of a use case; otherwise returns its result. */
export function orThrow<T extends { ok: true }>(result: T | Refusal): T {
  if (!result.ok) throw refusalError(result);
  return result;
}

const KEPT_EXTENSIONS = ['code', 'reason', 'fields', 'retryAfterMs'] as const;
/** Apollo's own codes, mapped to the codes of this API. */
const TRANSLATED: Record<string, ErrorCode> = {
  OPERATION_RESOLUTION_FAILURE: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_FOUND: 'BAD_REQUEST',
  PERSISTED_QUERY_NOT_SUPPORTED: 'BAD_REQUEST',
};

/**
 * Creates the formatter of all errors, for HTTP and websocket alike. An answer has only published codes and a request
 * id. Internal errors are masked and logged, and nothing that the caller sent is repeated.
 */
export function createErrorFormatter(log: Pick<Logger, 'error' | 'warn'>) {
  return (
    formatted: GraphQLFormattedError,
    error: unknown,
    requestId = requestScope.getStore()?.requestId,
  ): GraphQLFormattedError => {
    const original = (error as { originalError?: unknown } | null)?.originalError;
    if (isStatementTimeout(original))
      log.warn({ requestId, path: formatted.path }, 'the database took too long for a query');
    const given = isStatementTimeout(original) ? ErrorCodes.TIMEOUT : formatted.extensions?.code;
    const code = typeof given === 'string' ? (TRANSLATED[given] ?? given) : undefined;
    const { locations, path } = formatted;
    const place = { ...(locations && { locations }), ...(path && { path }) };
    if (code === undefined || !(code in ERROR_CODES) || code === 'INTERNAL') {
      const cause = (error as { originalError?: unknown }).originalError ?? error;
      log.error({ err: cause, requestId, path }, 'a GraphQL operation failed');
      const message = 'Something went wrong on the server. Quote the request id when you report it.';
      return { message, ...place, extensions: { code: 'INTERNAL', requestId } };
    }
    const extensions: Record<string, unknown> = { requestId };
    for (const name of KEPT_EXTENSIONS) {
      const value = formatted.extensions?.[name];
      if (value !== undefined) extensions[name] = value;
    }
    const message = code === 'TIMEOUT' ? ERROR_CODES.TIMEOUT : withoutValues(formatted.message);
    return { message, ...place, extensions: { ...extensions, code } };
  };
}

/**
 * graphql-js repeats refused values in its messages. They are removed, so that a password never reaches an answer or a
 * log.
 */
function withoutValues(message: string): string {
  const variable = /^Variable "(\$\w+)" got invalid value [^]*?(?: at "([\w.[\]]{1,200})")?; ([^;]*)$/.exec(message);
  if (variable) {
    const [, name, path, rest = ''] = variable;
    const hint =
      /^(Field "\w+" of required type "[\w[\]!]+" was not provided\.|A Decimal is .*|A DateTime is .*)$/.exec(
        rest,
      )?.[0];
    const expected = /Expected type "([\w[\]!]+)"/.exec(rest)?.[1];
    return `Variable "${name}" is not valid at "${path ?? name}".${expected ? ` Expected type "${expected}".` : ''}${hint ? ` ${hint}` : ''}`;
  }
  return message
    .replace(
      /^(Expected value of type "[^"]+"), found [^]*?(?:; (A (?:Decimal|DateTime) is [^]*))?$/,
      (_, head: string, hint?: string) => `${head}.${hint ? ` ${hint}` : ''}`,
    )
    .replace(/(cannot represent [^:]*): [^]*$/, '$1.');
}

/**
 * Removes the names that graphql-js suggests from a message. Otherwise strangers could learn the schema by misspelling
 * it.
 */
export const withoutSuggestions = (message: string): string => message.replace(/ Did you mean [^]*$/, '');
