import { verifyAuditLog } from '../system/verify-audit-log.js';
import { describe, readAllTotalsDrifts } from '../reports/verify-totals.js';
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
  description: 'Computes every vault balance, position and total again from its history. The program may keep running.',
  async run(ctx) {
    const drifts = await verifyLedger(ctx);
    const totals = await readAllTotalsDrifts(ctx, { after: 0, mayGoOn: () => true });
    const lines = [
      ...drifts.map(
        ({ subject, id, field, stored, rebuilt }) =>
          `${subject} ${id}: ${field} is ${stored}, its history says ${rebuilt}`,
      ),
      ...totals.drifts.map((drift) => `TOTALS ${describe(drift)}`),
    ];
    for (const line of lines.slice(0, SHOWN_MAX)) ctx.say(line);
    ctx.say(
      lines.length === 0
        ? 'The ledger is right: every balance, position and total equals its history.'
        : `${lines.length} numbers differ from their history.`,
    );
    return lines.length === 0 ? 0 : 1;
  },
};
