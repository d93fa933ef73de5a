import { z } from 'zod';
import type { Proof, SendOutcome } from '../../core/notifications/retry-plan.js';
import type { WhatsAppServer } from '../settings/servers.store.js';
import { notSetUp, withReference, type ChannelPort, type ChannelSurroundings } from './channel-port.js';
import type { ChannelConfig } from './channel-config.js';
import { judgeStatus, NoAnswer, outcomeOf, sendHttp, type HttpAnswer, type OutgoingRequest } from './send-http.js';

type Around = Pick<ChannelSurroundings, 'signal'>;

/** A request to Evolution API; the operator gave the address, so it may be a private one. */
const request = (server: WhatsAppServer, path: string, { signal }: Around, body?: object): OutgoingRequest => ({
  url: `${server.apiUrl.replace(/\/+$/, '')}/${path}/${encodeURIComponent(server.instanceName)}`,
  method: body ? 'POST' : 'GET',
  headers: { 'content-type': 'application/json', ...(server.apiKey !== null && { apikey: server.apiKey }) },
  ...(body && { body: JSON.stringify(body) }),
  ...{ isFromUser: false, allowPrivate: true, signal },
});

const bodyOf = (number: string, text: string, isOld: boolean): object =>
  isOld ? { number, textMessage: { text } } : { number, text };

/** Whether the server refused the body because its version wants the other form. It sent nothing then. */
const wantsOtherBody = ({ status, body }: HttpAnswer, isOld: boolean): boolean =>
  status === 400 && (isOld ? /"text"|requires property.{0,20}text\b/ : /textMessage/).test(body);

function judge(answer: HttpAnswer): SendOutcome {
  // A 5xx may come after the message was sent.
  if (answer.status >= 500) {
    return {
      kind: 'UNKNOWN',
      reason: `HTTP ${answer.status}: ${answer.body.slice(0, 300)}`,
      httpStatus: answer.status,
    };
  }
  const isNoNumber = answer.status === 400 && /"exists"\s*:\s*false/.test(answer.body);
  const outcome = judgeStatus(answer);
  return isNoNumber && outcome.kind === 'REFUSED'
    ? { ...outcome, fault: 'CHANNEL', reason: 'This number is not on WhatsApp.' }
    : outcome;
}

/** WhatsApp through Evolution API: `POST /message/sendText/{instance}` in both forms of its body. */
export const whatsApp: ChannelPort<ChannelConfig<'WHATSAPP'>> = {
  async send({ recipient }, message, around) {
    const server = around.servers.whatsApp;
    if (!server?.isActive) return notSetUp('the server of WhatsApp');
    const text = withReference(message);
    let isOther = false;
    const first = await outcomeOf(
      request(server, 'message/sendText', around, bodyOf(recipient, text, server.usesOldBody)),
      (answer) => {
        isOther = wantsOtherBody(answer, server.usesOldBody);
        return judge(answer);
      },
    );
    if (!isOther) return first;
    return outcomeOf(request(server, 'message/sendText', around, bodyOf(recipient, text, !server.usesOldBody)), judge);
  },

  async ask({ recipient }, message, around) {
    const server = around.servers.whatsApp;
    if (!server) return 'CANNOT_TELL';
    const remoteJid = recipient.endsWith('@g.us') ? recipient : `${recipient}@s.whatsapp.net`;
    const sent = await findSent(server, { remoteJid, fromMe: true }, around);
    if (typeof sent === 'string') return sent;
    if (sent.includes(withReference(message))) return 'HAS_IT';
    if (sent.length > 0) return 'HAS_NOT';
    // A server that stores no messages would always answer with an empty list.
    const any = await findSent(server, { fromMe: true }, around);
    if (typeof any === 'string') return any;
    return any.length > 0 ? 'HAS_NOT' : 'CANNOT_TELL';
  },
};

const record = z.object({
  key: z.object({ fromMe: z.boolean().optional() }).optional(),
  message: z
    .object({
      conversation: z.string().optional(),
      extendedTextMessage: z.object({ text: z.string().optional() }).optional(),
    })
    .nullish(),
});
const found = z.union([
  z.object({ messages: z.object({ records: z.array(record) }) }).transform(({ messages }) => messages.records),
  z.array(record),
]);

/** The texts that the server sent, newest first as it lists them. */
async function findSent(server: WhatsAppServer, key: object, around: Around): Promise<string[] | Proof> {
  try {
    const answer = await sendHttp(
      request(server, 'chat/findMessages', around, { where: { key }, page: 1, offset: 50 }),
    );
    if (answer.status === 404 || answer.status === 405 || answer.status === 501) return 'CANNOT_TELL';
    if (answer.status !== 200 && answer.status !== 201) return 'NO_ANSWER';
    const parsed = found.safeParse(jsonOf(answer.body));
    if (!parsed.success) return 'CANNOT_TELL';
    return parsed.data
      .filter((one) => one.key?.fromMe !== false)
      .flatMap(({ message }) => message?.conversation ?? message?.extendedTextMessage?.text ?? []);
  } catch (error) {
    if (error instanceof NoAnswer) return 'NO_ANSWER';
    throw error;
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

export type WhatsAppState = 'open' | 'connecting' | 'close';
const stateAnswer = z.union([
  z
    .object({ instance: z.object({ state: z.enum(['open', 'connecting', 'close']) }) })
    .transform((it) => it.instance.state),
  z.object({ state: z.enum(['open', 'connecting', 'close']) }).transform(({ state }) => state),
]);

/** The state of the connection to WhatsApp: `GET /instance/connectionState/{instance}`, or why it is not known. */
export async function readWhatsAppState(
  server: WhatsAppServer,
  around: Around,
): Promise<{ state: WhatsAppState } | { fault: string }> {
  try {
    const answer = await sendHttp(request(server, 'instance/connectionState', around));
    if (answer.status !== 200) return { fault: `HTTP ${answer.status}: ${answer.body.slice(0, 200)}` };
    const parsed = stateAnswer.safeParse(jsonOf(answer.body));
    return parsed.success ? { state: parsed.data } : { fault: 'The answer has no state.' };
  } catch (error) {
    if (error instanceof NoAnswer) return { fault: error.message };
    throw error;
  }
}
