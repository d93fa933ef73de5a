import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GraphQLError } from 'graphql';
import { z } from 'zod';
import { apiError } from '../graphql/errors.js';
import { SAVED_OPERATIONS } from './explorer/saved-operations.js';

/** The file of the built page that has its operations, also those of the builds before (web/codegen/manifest.ts). */
const MANIFEST = 'operations.json';
const manifest = z.object({ operations: z.record(z.string(), z.object({ text: z.string() })) });

/** What a request sends instead of a document, or beside it. */
export interface SentOperation {
  documentId?: unknown;
  query?: unknown;
}

export interface PersistedOperations {
  /**
   * The document of a request: the one with its id, or its text. An error for an unknown id, and for a text that is not
   * persisted when only persisted ones are let in. API tokens may send any text.
   */
  resolve(sent: SentOperation, sender: { hasToken: boolean }): string | undefined | GraphQLError;
}

function readManifest(distDir: string): Map<string, string> {
  let text: string;
  try {
    text = readFileSync(path.join(distDir, MANIFEST), 'utf8');
  } catch {
    return new Map(); // The page is not built, or is of a version without ids.
  }
  const { operations } = manifest.parse(JSON.parse(text));
  return new Map(Object.entries(operations).map(([id, operation]) => [id, operation.text]));
}

/** The operations of the built page in `distDir`. With `only`, sessions and strangers may send no others. */
export function loadPersistedOperations(distDir: string, { only }: { only: boolean }): PersistedOperations {
  const byId = readManifest(distDir);
  const texts = new Set([...byId.values(), ...SAVED_OPERATIONS.map(({ query }) => query)]);
  return {
    resolve({ documentId, query }, { hasToken }) {
      if (typeof documentId === 'string' && !query) {
        const text = byId.get(documentId);
        return text ?? apiError('UNKNOWN_DOCUMENT', 'This server does not know this document id. Reload the page.');
      }
      if (typeof query !== 'string') return undefined;
      if (!only || hasToken || texts.has(query)) return query;
      const message = 'Without an API token, this server takes only the operations of its page (API_PERSISTED_ONLY).';
      return apiError('FORBIDDEN', message);
    },
  };
}
