import { z } from 'zod';
import type { SendOutcome } from '../../core/notifications/retry-plan.js';
import type { ChannelConfig } from './channel-config.js';
import { withReference, type ChannelPort } from './channel-port.js';
import { judgeStatus, outcomeOf, type HttpAnswer } from './send-http.js';

const TEXT_MAX = 4_000;
const waiting = z.object({ parameters: z.object({ retry_after: z.number() }) });

function judge(answer: HttpAnswer): SendOutcome {
  const outcome = judgeStatus(answer);
  if (outcome.kind !== 'REFUSED') return outcome;
  if (/chat not found|bot was blocked|user is deactivated|PEER_ID_INVALID/i.test(answer.body)) {
    return { ...outcome, fault: 'CHANNEL' };
  }
  if (answer.status !== 429) return outcome;
  const parsed = waiting.safeParse(parse(answer.body));
  return parsed.success ? { ...outcome, retryAfterMs: parsed.data.parameters.retry_after * 1_000 } : outcome;
}

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A bot of Telegram: `sendMessage`. The bot belongs to the user, and its token is in the address. */
export const telegram: ChannelPort<ChannelConfig<'TELEGRAM'>> = {
  async send({ botToken, chatId }, message, { env, signal }) {
    const outcome = await outcomeOf(
      {
        url: `${env.TELEGRAM_API_URL}/bot${botToken}/sendMessage`,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          chat_id: chatId,
          text: withReference({ ...message, text: message.text.slice(0, TEXT_MAX) }),
          disable_web_page_preview: true,
        }),
        ...{ isFromUser: false, allowPrivate: true, signal },
      },
      judge,
    );
    return outcome.kind === 'ACCEPTED' ? outcome : { ...outcome, reason: outcome.reason.replaceAll(botToken, '…') };
  },
};
