import { print, type DocumentNode } from 'graphql';

/** What names the document of a request. */
export type SentDocument = { documentId: string } | { query: string };

/**
 * The built page sends the id of a document, which the server knows (codegen/manifest.ts). The development server and the
 * tests send its text.
 */
export const documentOf = (document: DocumentNode): SentDocument => {
  const { id } = document as DocumentNode & { id?: string };
  return id && import.meta.env.PROD ? { documentId: id } : { query: print(document) };
};
