import type { Remedy } from '../core/reason-remedies.js';
import type { ErrorCode } from './errors.js';

/** The remedy of every `extensions.code`, in the order of ERROR_CODES. */
export const ERROR_REMEDIES: Readonly<Record<ErrorCode, Remedy>> = {
  BAD_USER_INPUT: ['no', 'Change what `fields` names, or do what the catalogue says about the `reason`.'],
  BAD_REQUEST: ['no', 'Send POST with content-type application/json and a body with `query`; see the message.'],
  GRAPHQL_PARSE_FAILED: ['no', 'Correct the syntax of the document; the message and `locations` name the place.'],
  GRAPHQL_VALIDATION_FAILED: ['no', 'Compare the document with schema.graphql; a code generator finds this earlier.'],
  UNKNOWN_DOCUMENT: ['no', 'Reload the page, or send the text of the document as `query` with an API token.'],
  OPERATION_TOO_COMPLEX: ['no', 'Select fewer fields, use a smaller `first`, or split the operation.'],
  UNAUTHENTICATED: ['no', 'Sign in, or send `Authorization: Bearer mvc_…` with a valid API token.'],
  SECOND_FACTOR_REQUIRED: ['no', 'Sign in again with the password and a code of your app.'],
  PASSWORD_CHANGE_REQUIRED: ['no', 'Call `changePassword` first.'],
  FORBIDDEN: ['no', 'Use a token with the scope that the message names, or ask an administrator.'],
  NOT_FOUND: ['no', 'Check the id and the address; what belongs to others is answered like what does not exist.'],
  CONFLICT: ['later', 'Read the current state, and do what the catalogue says about the `reason`.'],
  RATE_LIMITED: [
    'later',
    'Wait for `retryAfterMs` (or `Retry-After` seconds); the RateLimit headers say what is left.',
  ],
  TIMEOUT: ['no', 'Ask for a shorter period, fewer rows or fewer fields.'],
  SUBSCRIPTION_OVERFLOW: ['yes', 'Subscribe again with the cursor of the last event as `after`, and read faster.'],
  CURSOR_TOO_OLD: ['no', 'Read what you need with queries, then subscribe from `liveCursor`.'],
  INTERNAL: [
    'yes',
    'Send the same again, with the same idempotency key. Tell the operator the `requestId` if it stays.',
  ],
};
