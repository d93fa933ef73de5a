import { createTransport } from 'nodemailer';
import type { SendOutcome } from '../../core/notifications/retry-plan.js';
import { notSetUp, type ChannelPort } from './channel-port.js';
import type { ChannelConfig } from './channel-config.js';
import { SEND_TIMEOUT_MS } from './send-http.js';

interface SmtpError extends Error {
  code?: string;
  command?: string;
  responseCode?: number;
}

const openTransport = (url: string) =>
  createTransport({
    ...{ url, connectionTimeout: SEND_TIMEOUT_MS / 2, greetingTimeout: SEND_TIMEOUT_MS / 2 },
    socketTimeout: SEND_TIMEOUT_MS,
  });

/** Before this command, no server has the message. */
const hasMessage = (command: string | undefined): boolean => command === 'DATA' || command === undefined;

function judge(error: SmtpError): SendOutcome {
  const { code, command, responseCode } = error;
  const reason = (responseCode ? `SMTP ${responseCode}: ${error.message}` : error.message).slice(0, 400);
  if (responseCode === undefined || responseCode === 0) {
    const isEarly = code === 'ECONNECTION' || code === 'EDNS' || command === 'CONN' || !hasMessage(command);
    return { kind: isEarly ? 'UNSENT' : 'UNKNOWN', reason };
  }
  if (code === 'EAUTH' || responseCode === 530 || responseCode === 535)
    return { kind: 'REFUSED', fault: 'CHANNEL', reason };
  if (responseCode < 500) return { kind: 'REFUSED', fault: 'MOMENT', reason };
  // The server does not know the recipient, or it refuses the content.
  return { kind: 'REFUSED', fault: command === 'RCPT TO' || code === 'EENVELOPE' ? 'CHANNEL' : 'MESSAGE', reason };
}

/**
 * E-mail by the SMTP server of the operator. The Message-ID is the same for every attempt; most mail servers show one
 * message for one id.
 */
export const email: ChannelPort<ChannelConfig<'EMAIL'>> = {
  async send({ address }, { id, title, text }, { servers, signal }) {
    const { mail } = servers;
    if (!mail) return notSetUp('a mail server');
    const transport = openTransport(mail.smtpUrl);
    const domain =
      mail.from
        .split('@')
        .at(-1)
        ?.replace(/[>\s].*$/, '') || 'localhost';
    let timer: NodeJS.Timeout | undefined;
    let giveUp = (): void => undefined;
    try {
      const late = new Promise<never>((_resolve, reject) => {
        giveUp = () => reject(Object.assign(new Error('no answer in time'), { command: 'DATA' }));
        timer = setTimeout(giveUp, SEND_TIMEOUT_MS);
        signal.addEventListener('abort', giveUp, { once: true });
      });
      const sent = transport.sendMail({
        ...{ from: mail.from, to: address, subject: title, text, messageId: `<${id}@${domain}>` },
        // Programs must not answer it, and files are never attached.
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...{ disableFileAccess: true, disableUrlAccess: true },
      });
      const { response } = await Promise.race([sent, late]);
      return { kind: 'ACCEPTED', answer: response.slice(0, 300) };
    } catch (error) {
      return judge(error as SmtpError);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      transport.close();
    }
  },
};

/** Signs in at a mail server without sending anything; null = it works. */
export async function checkMailServer(smtpUrl: string): Promise<string | null> {
  const transport = openTransport(smtpUrl);
  try {
    await transport.verify();
    return null;
  } catch (error) {
    return (error as Error).message.slice(0, 300);
  } finally {
    transport.close();
  }
}
