// `npm run bench`: runs the benchmarks of bench/run.ts with separate services. Arguments are passed on.
import { runSuite } from './lib/run-suite.mjs';

runSuite('bench');
