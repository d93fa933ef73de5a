// `npm run sbom [file]`: lists every package of the lockfile, with its hash, as CycloneDX JSON (default sbom.cdx.json).
// pnpm writes it from the lockfile alone, so it says what this checkout installs, on whatever machine.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { checkSbom } from './lib/check-sbom.mjs';
import { checkNode, PNPM, ROOT, tellFault } from './lib/project.mjs';
import { logLine, run, StepError } from './lib/steps.mjs';

const FORMAT = ['--sbom-format', 'cyclonedx', '--sbom-spec-version', '1.6', '--sbom-type', 'application'];

async function main() {
  checkNode();
  const file = path.resolve(process.argv[2] ?? path.join(ROOT, 'sbom.cdx.json'));
  await run('npx', ['-y', PNPM, 'sbom', '--lockfile-only', ...FORMAT, '--out', file], { cwd: ROOT, env: process.env });
  const sbom = JSON.parse(readFileSync(file, 'utf8'));
  const faults = checkSbom(sbom, readFileSync(path.join(ROOT, 'pnpm-lock.yaml'), 'utf8'));
  if (faults.length > 0) throw new StepError(`${file} is not complete:\n${faults.slice(0, 20).join('\n')}`);
  const used = sbom.components.filter(({ scope }) => scope !== 'excluded').length;
  logLine(`${file}: ${sbom.components.length} packages, ${used} of them run in production`);
}

main().catch((error) => {
  tellFault(error, logLine);
  process.exit(1);
});
