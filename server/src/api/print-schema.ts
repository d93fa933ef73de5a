import { readFile, writeFile } from 'node:fs/promises';
import { buildApiSchema, printApiSchema } from './build-schema.js';

const file = new URL('../../../schema.graphql', import.meta.url);

/**
 * Prints the schema. `--write` writes schema.graphql instead; `--check` compares with it and exits with 1 when it
 * differs.
 */
async function main(args: readonly string[]): Promise<number> {
  const printed = printApiSchema(await buildApiSchema());
  if (args.includes('--write')) {
    await writeFile(file, printed);
    return 0;
  }
  if (!args.includes('--check')) {
    process.stdout.write(printed);
    return 0;
  }
  if ((await readFile(file, 'utf8')) === printed) return 0;
  process.stderr.write(
    'schema.graphql differs from the code: run `npx tsx src/api/print-schema.ts --write` in server/ and commit it.\n',
  );
  return 1;
}

process.exitCode = await main(process.argv.slice(2));
