import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

// A Vite plugin: writes each text file of the built page in compressed form beside it, so that the server compresses
// nothing while prices arrive.

const IS_TEXT = /\.(?:js|css|html|svg|json|webmanifest|txt)$/;
/** Below this size, the answer fits into one packet anyway. */
const LEAST_BYTES = 1_000;

const FORMS = {
  br: (text: Buffer) =>
    promisify(brotliCompress)(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }),
  gz: (text: Buffer) => promisify(gzip)(text, { level: 9 }),
};

/** Writes `<file>.br` and `<file>.gz` for every text file of a folder, where they are smaller. */
export async function precompressFolder(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && IS_TEXT.test(entry.name));
  await Promise.all(
    files.map(async ({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      const text = await readFile(file);
      if (text.length < LEAST_BYTES) return;
      for (const [ending, compress] of Object.entries(FORMS)) {
        const small = await compress(text);
        if (small.length < text.length) await writeFile(`${file}.${ending}`, small);
      }
    }),
  );
}

/** For vite.config.ts. */
export const precompress = (): Plugin => ({
  name: 'precompress',
  apply: 'build',
  writeBundle: ({ dir }) => (dir === undefined ? undefined : precompressFolder(dir)),
});
