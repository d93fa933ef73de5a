import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { catalogueMarkdown } from './error-catalogue.js';

const DIR = new URL('../../../../docs/api/', import.meta.url);

/** The generated documents by their names in docs/api. */
const documents = async (): Promise<Record<string, string>> => ({ 'errors.md': catalogueMarkdown() });

/** `--write` writes the documents; otherwise it names those that are not current, and exits with 1 if there are any. */
async function main(args: readonly string[]): Promise<number> {
  const stale: string[] = [];
  for (const [name, text] of Object.entries(await documents())) {
    const file = new URL(name, DIR);
    if (text === (await readFile(file, 'utf8').catch(() => ''))) continue;
    if (args.includes('--write')) {
      await mkdir(DIR, { recursive: true });
      await writeFile(file, text);
    } else stale.push(`docs/api/${name}`);
  }
  if (stale.length === 0) return 0;
  process.stderr.write(`${stale.join(', ')}: not what the code says (npm run check -- --fix writes it)\n`);
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
