// `npm run chaos`: the reliability suite of chaos/run.ts against services of its own. Arguments are handed on.
import { runSuite } from './lib/run-suite.mjs';

runSuite('chaos');
