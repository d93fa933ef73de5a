import { testKillsOf } from './testing/kill-rounds.js';
import { ALL_ROLES } from './testing/world.js';

testKillsOf([ALL_ROLES]);
