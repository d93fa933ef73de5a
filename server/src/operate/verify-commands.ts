import { verifyAuditLog } from '../system/verify-audit-log.js';
import { verifyLedger } from '../vaults/verify-ledger.js';
import type { Command } from './command.js';

const SHOWN_MAX = 100;

export const verifyAudit: Command = {
  usage: '',
  description: 'Checks that nobody edited or deleted an entry of the audit log. The program may keep running.',
  async run(ctx) {
    const { isIntact, entries, unprotected, faults, head } = await verifyAuditLog(ctx);
    for (const { kind, entryId } of faults.slice(0, SHOWN_MAX))
      ctx.say(`${kind} ${entryId === null ? 'at the end of the log' : `at entry ${entryId}`}`);
    const older = unprotected > 0 ? ` ${unprotected} older entries were written before there was a chain.` : '';
    if (isIntact) ctx.say(`The audit log is intact: ${entries} entries.${older}`);
    else ctx.say(`The audit log was changed: ${faults.length} faults in ${entries} entries.`);
    ctx.say(`End of the log: entry ${head.lastId}, ${head.entries} entries, ${head.lastHash || 'no hash'}`);
    return isIntact ? 0 : 1;
  },
};

export const verifyLedgerCommand: Command = {
  usage: '',
  description: 'Computes every vault balance and position again from its history. The program may keep running.',
  async run(ctx) {
    const drifts = await verifyLedger(ctx);
    for (const { subject, id, field, stored, rebuilt } of drifts.slice(0, SHOWN_MAX))
      ctx.say(`${subject} ${id}: ${field} is ${stored}, its history says ${rebuilt}`);
    ctx.say(
      drifts.length === 0
        ? 'The ledger is right: every balance and position equals its history.'
        : `${drifts.length} numbers differ from their history.`,
    );
    return drifts.length === 0 ? 0 : 1;
  },
};
