// `npm run chaos`: runs the reliability suite of chaos/run.ts with separate services. Arguments are passed on.
import { runSuite } from './lib/run-suite.mjs';

runSuite('chaos');
