// `npm run verify-ledger`: computes every balance, position and total again; the program may keep running.
import { runServerCommand } from './lib/server-command.mjs';

runServerCommand('verify-ledger');
