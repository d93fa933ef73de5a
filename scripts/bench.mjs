// `npm run bench`: the benchmarks of bench/run.ts against services of their own. Arguments are handed on.
import { runSuite } from './lib/run-suite.mjs';

runSuite('bench');
