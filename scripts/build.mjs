// `npm run build`: installs the packages and builds the server and the page, and starts nothing. For installations whose
// service manager starts the program (docs/DEPLOYMENT.md).
import { buildServer, buildWeb, checkNode, generateClient, installPackages, tellFault } from './lib/project.mjs';
import { logLine } from './lib/steps.mjs';

async function main() {
  checkNode();
  for (const step of [installPackages, generateClient, buildServer, buildWeb]) await step(logLine);
}

main().catch((error) => {
  tellFault(error, logLine);
  process.exit(1);
});
