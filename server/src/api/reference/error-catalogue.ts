import { REASON_REMEDIES, type Remedy, type Retry } from '../../core/reason-remedies.js';
import { REASONS } from '../../core/reasons.js';
import { ERROR_REMEDIES } from '../../graphql/error-remedies.js';
import { ERROR_CODES } from '../../graphql/errors.js';
import { HTTP_ERRORS, HTTP_REMEDIES } from '../../webhooks/ingest/webhook-answers.js';

export interface CatalogueEntry {
  code: string;
  cause: string;
  fix: string;
  retry: Retry;
}

export interface CatalogueSection {
  title: string;
  /** Where the codes of this section appear. */
  where: string;
  entries: readonly CatalogueEntry[];
}

export const RETRY_WORDS: Readonly<Record<Retry, string>> = {
  no: 'No',
  later: 'Later, once that has changed',
  yes: 'Yes, the same again',
};

/** The codes with which a websocket is closed; those of graphql-ws that our clients can meet, and ours. */
const CLOSE_CODES: readonly (readonly [code: string, cause: string, ...remedy: Remedy])[] = [
  ['1001', 'The server is stopping.', 'yes', 'Connect again and subscribe with the last cursor as `after`.'],
  ['1011', 'The server failed.', 'yes', 'Connect again and subscribe with the last cursor as `after`.'],
  ['1012', 'The server is restarting.', 'yes', 'Connect again and subscribe with the last cursor as `after`.'],
  [
    '4400',
    'A message does not follow the protocol graphql-transport-ws.',
    'no',
    'Use a client library such as graphql-ws.',
  ],
  ['4401', 'No valid session or token, or it has ended.', 'no', 'Sign in or use a valid token, then connect again.'],
  ['4403', 'The password must be changed first.', 'no', 'Call `changePassword`, then connect again.'],
  ['4406', 'The subprotocol is not graphql-transport-ws.', 'no', 'Name graphql-transport-ws when connecting.'],
  ['4408', 'connection_init did not arrive in time.', 'yes', 'Connect again and send connection_init at once.'],
  ['4409', 'The id of an operation is already used on this socket.', 'no', 'Use an id of its own for each operation.'],
  ['4429', 'Too many sockets, messages or connection_init.', 'later', 'Close sockets that you do not need, and wait.'],
];

function entriesOf<C extends string>(
  causes: Readonly<Record<C, string>>,
  remedies: Readonly<Record<C, Remedy>>,
): CatalogueEntry[] {
  return (Object.keys(causes) as C[]).map((code) => {
    const [retry, fix] = remedies[code];
    return { code, cause: causes[code], fix, retry };
  });
}

/** Every code that an answer of this server can have, with its cause, its fix, and whether a retry helps. */
export const ERROR_CATALOGUE: readonly CatalogueSection[] = [
  {
    title: 'GraphQL errors',
    where: '`errors[].extensions.code` of GraphQL, and `error.code` of every other route.',
    entries: entriesOf(ERROR_CODES, ERROR_REMEDIES),
  },
  {
    title: 'HTTP errors of the webhook routes',
    where: '`error.code` of the routes below `/webhooks`, which also answer reasons.',
    entries: entriesOf(HTTP_ERRORS, HTTP_REMEDIES),
  },
  {
    title: 'Reasons',
    where:
      '`reasonCode` of jobs and receipts, `Refused.reason`, `errors[].extensions.reason`, and `error.code` of the webhook routes.',
    entries: entriesOf(REASONS, REASON_REMEDIES),
  },
  {
    title: 'Close codes of websockets',
    where: 'The code of the close frame of `/graphql`.',
    entries: CLOSE_CODES.map(([code, cause, retry, fix]) => ({ code, cause, fix, retry })),
  },
];

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The catalogue as Markdown, as it is stored in docs/api/errors.md. */
export function catalogueMarkdown(catalogue: readonly CatalogueSection[] = ERROR_CATALOGUE): string {
  const section = ({ title, where, entries }: CatalogueSection): string =>
    [
      ...[`## ${title}`, '', where, '', '| Code | Cause | Fix | Retry? |', '| --- | --- | --- | --- |'],
      ...entries.map(
        ({ code, cause, fix, retry }) => `| \`${code}\` | ${cell(cause)} | ${cell(fix)} | ${RETRY_WORDS[retry]} |`,
      ),
    ].join('\n');
  return [
    '# Error catalogue',
    '',
    'Generated from the code: `npm run check -- --fix` writes it. Codes are never removed.',
    '',
    'A retry sends the same request again. Give a mutation that trades the same idempotency key, and nothing happens twice.',
    '',
    ...catalogue.map((one) => `${section(one)}\n`),
  ].join('\n');
}
