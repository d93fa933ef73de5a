import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const REPORTER = path.join(ROOT, 'scripts/lib/flaky-reporter.mjs');

const FILE = `import { expect, it } from 'vitest';
let tries = 0;
it('passes the second time', { retry: 1 }, () => expect(++tries, 'too early').toBe(2));
it('passes at once', { retry: 1 }, () => undefined);`;

it('the end of the log lists the tests that passed only after a retry, and no others', async () => {
  const folder = await mkdtemp(path.join(ROOT, 'server', '.flaky-'));
  try {
    await writeFile(path.join(folder, 'one.test.mjs'), FILE);
    await writeFile(path.join(folder, 'vitest.config.mjs'), "export default { test: { name: 'tried' } };");
    const args = ['run', '--root', folder, '--reporter=default', `--reporter=${REPORTER}`];
    const { stdout } = await promisify(execFile)('vitest', args, { env: { ...process.env, NO_COLOR: '1' } });
    const lines = stdout.split('\n').filter((line) => line !== '');
    expect(lines.slice(-2)).toEqual([
      expect.stringMatching(/^FLAKY tried one\.test\.mjs > passes the second time \(passed at try 2\)$/),
      expect.stringMatching(/^ +the try before: .*too early/),
    ]);
    expect(lines.filter((line) => line.startsWith('FLAKY'))).toHaveLength(1);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}, 120_000);
