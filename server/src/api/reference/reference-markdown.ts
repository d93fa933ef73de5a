import type { Member, Operation, Reference, TypeEntry } from './describe-schema.js';

const line = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ');
const cell = (text: string): string => line(text).replaceAll('|', '\\|');

const TITLES: Readonly<Record<Operation['kind'], string>> = {
  query: 'Queries',
  mutation: 'Mutations',
  subscription: 'Subscriptions',
};

const noteOf = ({ description, defaultValue, deprecated }: Member): string =>
  [
    cell(description),
    defaultValue === undefined ? '' : `Default: \`${defaultValue}\`.`,
    deprecated === undefined ? '' : `**Deprecated:** ${cell(deprecated)}`,
  ]
    .filter(Boolean)
    .join(' ');

function table(title: string, members: readonly Member[]): string[] {
  if (members.length === 0) return [];
  return [
    ...[`| ${title} | Type | Meaning |`, '| --- | --- | --- |'],
    ...members.map((one) => `| \`${cell(one.name)}\` | ${one.type && `\`${one.type}\``} | ${noteOf(one)} |`),
    '',
  ];
}

const operationLines = (one: Operation): string[] => [
  ...[`### ${one.name}`, '', line(one.description), '', `Answers \`${one.type}\`. For ${one.access}.`, ''],
  ...(one.deprecated ? [`**Deprecated:** ${line(one.deprecated)}`, ''] : []),
  ...table('Argument', one.args),
  ...['```graphql', one.example, '```', ''],
];

const MEMBER_TITLE: Readonly<Record<TypeEntry['kind'], string>> = {
  ...{ type: 'Field', interface: 'Field', input: 'Field', enum: 'Value', union: 'Member', scalar: '' },
};

const typeLines = (one: TypeEntry): string[] => [
  ...[`### ${one.name}`, '', `_${one.kind}_${one.description && ` — ${line(one.description)}`}`, ''],
  ...table(MEMBER_TITLE[one.kind], one.members),
];

/** How to call it, in front of the reference. */
export const INTRODUCTION: readonly string[] = [
  'Send `POST /graphql` with `{"query", "variables"}` as JSON and `Authorization: Bearer mvc_…`. Subscriptions use a websocket at the same address with the protocol `graphql-transport-ws`; the token goes into the header or into `connection_init` as `authorization`.',
  'Every live event has a cursor. Subscribe again with the last one as `after`, and nothing is missed or sent twice.',
  'Decimals are text. Lists have `first` and `after`, or `last` and `before`. A mutation that trades takes an idempotency key: the same key with the same input is one request.',
  'The headers `RateLimit-Policy` and `RateLimit` and `extensions.cost` say what an operation cost, what is left, and when it is whole again.',
];

/** The reference as Markdown, as it is stored in docs/api/reference.md. */
export function referenceMarkdown({ operations, types }: Reference, errorsLink: string): string {
  const kinds = Object.keys(TITLES) as Operation['kind'][];
  return [
    ...['# GraphQL reference', '', 'Generated from the schema: `npm run check -- --fix` writes it.', ''],
    ...INTRODUCTION.flatMap((paragraph) => [paragraph, '']),
    ...[`The [error catalogue](${errorsLink}) has every code with its fix.`, ''],
    ...kinds.flatMap((kind) => [
      ...[`## ${TITLES[kind]}`, ''],
      ...operations.filter((one) => one.kind === kind).flatMap(operationLines),
    ]),
    ...['## Types', ''],
    ...types.flatMap(typeLines),
  ].join('\n');
}
