// `npm run verify-audit`: checks the chain of the audit log; the program may keep running.
import { runServerCommand } from './lib/server-command.mjs';

runServerCommand('verify-audit');
