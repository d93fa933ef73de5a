import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InMemoryCache } from '@apollo/client';
import { Kind, print, type DocumentNode } from 'graphql';
import type { Plugin } from 'vite';

// The manifest of persisted operations: dist/operations.json has the text of every operation of the page by its id. The
// page sends ids, and the server knows the texts.

interface Operation {
  name: string;
  text: string;
  /** In how many later builds it was no longer. */
  age: number;
}
export type Operations = Record<string, Operation>;

const FILE = 'operations.json';
/** A tab that was opened before an update sends the ids of its own build: they are kept for so many builds. */
const KEPT_BUILDS = 5;
/** Twelve hex digits tell operations of one page apart; who may send what is not decided by them. */
const ID_LENGTH = 12;

const cache = new InMemoryCache();

/** The operation as the page sends it, with `__typename` wherever its cache needs it, and its id. */
export function operationOf(document: DocumentNode): { id: string; name: string; text: string } | undefined {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (!operation) return undefined;
  const text = print(cache.transformDocument(document));
  const id = createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH);
  return { id, name: operation.name?.value ?? '', text };
}

/** The operations of this build, and those of the builds before that tabs may still send. */
export function mergeOperations(
  current: readonly { id: string; name: string; text: string }[],
  before: Operations,
): Operations {
  const merged: Operations = {};
  for (const { id, name, text } of current) {
    if (merged[id] && merged[id].text !== text) throw new Error(`two operations have the id ${id}: make ids longer`);
    merged[id] = { name, text, age: 0 };
  }
  for (const [id, { name, text, age }] of Object.entries(before)) {
    if (!merged[id] && age < KEPT_BUILDS) merged[id] = { name, text, age: age + 1 };
  }
  return merged;
}

const DOCUMENT = /export const \w+Document = (\{"kind":"Document".*\}) as unknown as DocumentNode<.*>;/g;

function readBefore(file: string): Operations {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { operations: Operations }).operations;
  } catch {
    return {};
  }
}

/** For vite.config.ts: writes the manifest of what generated.ts has. */
export function operationManifestPlugin(): Plugin {
  let before: Operations = {};
  let current: { id: string; name: string; text: string }[] = [];
  return {
    name: 'operation-manifest',
    enforce: 'pre',
    apply: 'build',
    // Before the folder of the last build is emptied.
    configResolved: ({ root, build }) => void (before = readBefore(path.resolve(root, build.outDir, FILE))),
    transform(source, file) {
      if (!file.endsWith('/gql/generated.ts')) return null;
      current = [...source.matchAll(DOCUMENT)].flatMap(([, json = '']) => operationOf(JSON.parse(json)) ?? []);
      return null;
    },
    generateBundle() {
      if (current.length === 0) throw new Error('generated.ts has no operations');
      const operations = mergeOperations(current, before);
      this.emitFile({ type: 'asset', fileName: FILE, source: JSON.stringify({ version: 1, operations }) });
    },
  };
}
