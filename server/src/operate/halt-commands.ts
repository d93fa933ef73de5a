import { writeCommandAudit } from './audit-entry.js';
import { deleteTradingHalt, readTradingHalt, writeTradingHalt } from '../system/trading-halt.store.js';
import type { Command } from './command.js';

const REASON_MAX = 255;

export const halt: Command = {
  usage: '[reason]',
  description: 'Halts trading with real money in all processes within a second, exits included.',
  async run(ctx, args) {
    const reason = (args.join(' ') || 'Halted by an operator.').slice(0, REASON_MAX);
    const isNew = await writeTradingHalt(ctx.db, { reason, userId: null });
    if (isNew) await writeCommandAudit(ctx, 'haltTrading', { reason });
    const now = await readTradingHalt(ctx.db);
    ctx.say(isNew ? `Halted: ${reason}` : `It was halted already: ${now?.reason ?? ''}`);
    ctx.say('No order of a real account is sent, not even an exit. `resume` ends it.');
    return 0;
  },
};

export const resume: Command = {
  usage: '',
  description: 'Resumes trading with real money after a halt or a restore.',
  async run(ctx) {
    const was = await deleteTradingHalt(ctx.db);
    if (was) await writeCommandAudit(ctx, 'resumeTrading', {});
    ctx.say(was ? 'Trading with real money is resumed.' : 'Trading was not halted.');
    return 0;
  },
};
