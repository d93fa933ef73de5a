import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { buildApiSchema } from '../build-schema.js';
import { storedDocuments } from './reference-documents.js';

const ROOT = new URL('../../../../', import.meta.url);

/** `--write` writes the documents; otherwise it names those that are not current, and exits with 1 if there are any. */
async function main(args: readonly string[]): Promise<number> {
  const stale: string[] = [];
  for (const [name, text] of Object.entries(storedDocuments(await buildApiSchema()))) {
    const file = new URL(name, ROOT);
    if (text === (await readFile(file, 'utf8').catch(() => ''))) continue;
    if (args.includes('--write')) {
      await mkdir(new URL('.', file), { recursive: true });
      await writeFile(file, text);
    } else stale.push(name);
  }
  if (stale.length === 0) return 0;
  process.stderr.write(`${stale.join(', ')}: not what the code says (npm run check -- --fix writes it)\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
