// A process that sends notifications. It waits for a message before it begins, so that a killed one is replaced at once.
import { openDatabase } from '../server/src/infra/database/database.js';
import { createLogger } from '../server/src/infra/log.js';
import { createSecrets } from '../server/src/infra/secrets.js';
import { startNotifier, PERSON_KINDS } from '../server/src/notifications/deliver/start-notifier.js';

export interface WorkerStart {
  databaseUrl: string;
  telegramUrl: string;
  secretKey: string;
  heldMs: number;
  settledMs: number;
}

process.once('message', ({ databaseUrl, telegramUrl, secretKey, heldMs, settledMs }: WorkerStart) => {
  const db = openDatabase(databaseUrl, { connectionLimit: 6 });
  startNotifier(
    {
      ...{ db, clock: { now: () => Date.now() }, log: createLogger({ level: 'silent', pretty: false }) },
      secrets: createSecrets([{ id: 'k1', key: Buffer.from(secretKey, 'base64') }]),
      env: { NOTIFY_ALLOW_PRIVATE: true, TELEGRAM_API_URL: telegramUrl, PUBLIC_URL: 'http://localhost' } as never,
      live: { notify: () => undefined, listen: () => () => undefined },
    },
    {
      ...{ kinds: [...PERSON_KINDS, 'WEBHOOK'], lookMs: 20, heldMs, settledMs },
      makePayload: async ({ eventId, messageId }) => JSON.stringify({ eventId, messageId }),
    },
  );
  process.send?.({ type: 'started' });
});
process.send?.({ type: 'ready' });
