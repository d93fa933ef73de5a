import { testKillsOf } from './testing/kill-rounds.js';

testKillsOf([['api'], ['executor'], ['monitors']]);
