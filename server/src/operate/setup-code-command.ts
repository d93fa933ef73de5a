import { ensureSetupCode, setupUrl } from '../setup/setup-code.js';
import type { Command } from './command.js';

export const setupCode: Command = {
  usage: '',
  description: 'Shows the one-time code with which the first administrator is made; a new one when it has expired.',
  async run(ctx) {
    const open = await ensureSetupCode(ctx);
    if (!open) {
      ctx.say('This installation has a user already. `user create <e-mail> admin` makes another one.');
      return 1;
    }
    ctx.say(`Open ${setupUrl(ctx.env.PUBLIC_URL, open.code)}`);
    ctx.say(`or enter the code ${open.code} on the page. It works once, until ${open.expiresAt.toISOString()}.`);
    return 0;
  },
};
