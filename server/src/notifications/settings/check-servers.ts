import type { Context } from '../../context.js';
import { closeAlert, openAlert } from '../../alerts/alert-writes.store.js';
import { checkMailServer } from '../channels/email.js';
import { readWhatsAppState } from '../channels/whatsapp.js';
import { readServers, writeWhatsAppState } from './servers.store.js';

type CheckContext = Pick<Context, 'db' | 'clock' | 'secrets'>;

/**
 * Asks the servers of WhatsApp and e-mail whether they work, and opens or ends an alert for the administrators. Returns
 * what they said; a server that is not set up is left out.
 */
export async function checkServers(
  ctx: CheckContext,
  { signal }: { signal: AbortSignal },
): Promise<{ whatsApp?: string; mail?: string }> {
  const { whatsApp, mail } = await readServers(ctx.db, ctx.secrets);
  const said: { whatsApp?: string; mail?: string } = {};
  if (whatsApp?.isActive) {
    const answer = await readWhatsAppState(whatsApp, { signal });
    await writeWhatsAppState(ctx.db, 'state' in answer ? answer.state : null, ctx.clock.now());
    const isOpen = 'state' in answer && answer.state === 'open';
    said.whatsApp = 'state' in answer ? answer.state : answer.fault;
    const fault = 'state' in answer ? `The connection is "${answer.state}"; scan the code again.` : answer.fault;
    await tell(ctx, 'WHATSAPP', isOpen ? null : `The server of WhatsApp sends nothing: ${fault}`);
  } else await tell(ctx, 'WHATSAPP', null);
  if (mail) {
    const fault = await checkMailServer(mail.smtpUrl);
    said.mail = fault ?? 'open';
    await tell(ctx, 'EMAIL', fault && `The mail server cannot be used: ${fault}`);
  } else await tell(ctx, 'EMAIL', null);
  return said;
}

async function tell({ db, clock }: CheckContext, kind: 'WHATSAPP' | 'EMAIL', message: string | null): Promise<void> {
  const openKey = `NOTIFICATION_SERVER_DOWN:${kind}`;
  if (message === null) return closeAlert(db, { openKey, now: clock.now() });
  await openAlert(db, { type: 'NOTIFICATION_SERVER_DOWN', severity: 'high', message, openKey, userId: null });
}
