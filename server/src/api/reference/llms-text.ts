import { INTRODUCTION } from './reference-markdown.js';

/** Where the documents are: in the repository, or at the server. */
export interface DocumentLinks {
  reference: string;
  errors: string;
  schema: string;
}

export const SERVED_LINKS: DocumentLinks = {
  reference: '/reference.md',
  errors: '/reference/errors.md',
  schema: '/reference/schema.graphql',
};

/** llms.txt (https://llmstxt.org): what a language model should read to use this API. */
export const llmsText = (links: DocumentLinks): string =>
  [
    ...['# mvcashnode', ''],
    '> Self-hosted trading automation: signals arrive at webhooks, become orders at exchanges, and positions are watched live. Everything that the page does is in one GraphQL API.',
    '',
    ...INTRODUCTION.flatMap((paragraph) => [`- ${paragraph}`]),
    '- Trading rules refuse with data: check `__typename` for `Refused { reason message numbers }`. Preview an order with `previewOrder` and pass its `expected` to `placeOrder`.',
    '- REAL accounts trade real money. Try everything in SIMULATION first.',
    ...['', '## Documents', ''],
    `- [GraphQL reference](${links.reference}): every operation with its arguments, access and an example, and every type`,
    `- [Error catalogue](${links.errors}): every error and reason code with cause, fix and whether a retry helps`,
    `- [Schema](${links.schema}): the schema as SDL`,
    '- [OpenAPI](/openapi.json): sending signals and reading their receipts over REST',
    '',
  ].join('\n');
