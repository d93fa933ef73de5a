import type { GraphQLSchema } from 'graphql';
import { printApiSchema } from '../build-schema.js';
import { describeSchema, type Reference } from './describe-schema.js';
import { catalogueMarkdown, ERROR_CATALOGUE } from './error-catalogue.js';
import { llmsText, SERVED_LINKS } from './llms-text.js';
import { referenceHtml } from './reference-html.js';
import { referenceMarkdown } from './reference-markdown.js';

/** One document for each operation, for the client package and for code generators. */
export const operationsDocument = ({ operations }: Reference): string =>
  `# Written from the schema: npm run check -- --fix\n\n${operations.map(({ example }) => example).join('\n\n')}\n`;

/** The documents that are stored in the repository, by their path. */
export function storedDocuments(schema: GraphQLSchema): Record<string, string> {
  const reference = describeSchema(schema);
  const links = { reference: 'reference.md', errors: 'errors.md', schema: '../../schema.graphql' };
  return {
    'docs/api/errors.md': catalogueMarkdown(),
    'docs/api/reference.md': referenceMarkdown(reference, links.errors),
    'docs/api/llms.txt': llmsText(links),
    'client/src/operations.graphql': operationsDocument(reference),
  };
}

export interface ServedDocument {
  type: string;
  text: string;
}

/** The documents that the server answers, by their address. */
export function servedDocuments(schema: GraphQLSchema): Record<string, ServedDocument> {
  const reference = describeSchema(schema);
  const markdown = (text: string): ServedDocument => ({ type: 'text/markdown; charset=utf-8', text });
  const plain = (text: string): ServedDocument => ({ type: 'text/plain; charset=utf-8', text });
  return {
    '/reference': { type: 'text/html; charset=utf-8', text: referenceHtml(reference, ERROR_CATALOGUE) },
    [SERVED_LINKS.reference]: markdown(referenceMarkdown(reference, SERVED_LINKS.errors)),
    [SERVED_LINKS.errors]: markdown(catalogueMarkdown()),
    [SERVED_LINKS.schema]: plain(printApiSchema(schema)),
    '/llms.txt': plain(llmsText(SERVED_LINKS)),
  };
}
