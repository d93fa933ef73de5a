import { ensureVapidKeys } from '../../notifications/settings/ensure-vapid-keys.js';
import { insertChannel, type NewChannel } from '../../notifications/settings/channel.store.js';
import { writeMailServer, writeWhatsAppServer } from '../../notifications/settings/servers.store.js';
import type { Context } from '../../context.js';
import type { ChannelKind, NotificationType } from '../../core/notifications/notification-types.js';
import { Batch, type Database } from '../../infra/database/database.js';
import { addLiveEvents, type LiveChange } from '../../infra/database/live-events.js';
import type { FakeChannels } from '../fake-channels/fake-http-channels.js';
import { makeAccount, makePosition, makeUser } from '../make.js';
import { createTestContext } from '../test-context.js';

/** A browser's subscription: a public key of P-256 and a secret, both of nobody. */
const BROWSER = {
  p256dh: 'BNcRdreALRFXTkOOUHK1EtK2wtaz5Ry4YfYCA_0QTpQtUbVlUls0VJXg7A8u-Ts1XbjhazAkj7I99e8QcYP7DkM',
  auth: 'tBHItJI5svbpez7KI4CCXg',
};
export const SECRET = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;

/** A context that may reach fakes on this machine. */
export function notifyContext(db: Database, fake: FakeChannels, overrides: Partial<Context> = {}): Context {
  const ctx = createTestContext(db, overrides);
  return { ...ctx, env: { ...ctx.env, NOTIFY_ALLOW_PRIVATE: true, TELEGRAM_API_URL: fake.url } };
}

/** Sets up what an operator sets up, with the fakes as servers. */
export async function setUpServers(ctx: Context, fake: FakeChannels, smtpUrl?: string): Promise<void> {
  await ensureVapidKeys(ctx);
  await writeWhatsAppServer(ctx.db, ctx.secrets, {
    ...{ apiUrl: fake.url, apiKey: fake.evolution.apiKey, instanceName: 'main', isActive: true, usesOldBody: false },
  });
  if (smtpUrl) {
    await writeMailServer(ctx.db, ctx.secrets, { smtpUrl, hint: 'fake', from: 'mvcashnode <bot@example.com>' });
  }
}

let made = 0;

/** A channel of a user at the fakes. */
export function connect(
  ctx: Pick<Context, 'db' | 'secrets'>,
  fake: FakeChannels,
  userId: number,
  kind: ChannelKind,
  over: Partial<NewChannel> = {},
): Promise<number> {
  const n = ++made;
  const configs: Record<ChannelKind, object> = {
    WHATSAPP: { recipient: `55119${String(n).padStart(8, '0')}`, type: 'phone' },
    TELEGRAM: { botToken: '1:secret', chatId: String(n) },
    EMAIL: { address: `user${n}@example.com` },
    NTFY: { url: fake.url, topic: `topic${n}`, token: null },
    WEB_PUSH: { endpoint: `${fake.url}/push/${n}`, ...BROWSER },
    WEBHOOK: { url: `${fake.url}/hook/${n}`, secret: SECRET, oldSecret: null, oldSecretUntil: null },
  };
  return insertChannel(ctx.db, ctx.secrets, userId, {
    ...{ kind, label: kind.toLowerCase(), addressHint: '…', address: String(n), config: configs[kind] },
    ...(kind === 'WEBHOOK' && { types: ['POSITION_OPENED', 'ORDER_FILLED'] satisfies NotificationType[] }),
    ...over,
  });
}

/** Live events of a user, as a transaction of trading writes them. */
export async function happen(db: Database, userId: number, changes: readonly LiveChange[]): Promise<void> {
  await db.transaction((tx) => tx.commit(addLiveEvents(new Batch(), userId, changes)));
}

/** A user who opens positions. */
export async function makeTrader(db: Database) {
  const user = await makeUser(db);
  const account = await makeAccount(db, { user_id: user.id, label: 'main' });
  return {
    userId: user.id,
    /** Opens a position: its row and its live events. */
    async open(): Promise<number> {
      const position = await makePosition(db, { exchange_account_id: account.id });
      const fill = await db.prisma.positionFill.findFirstOrThrow({ where: { position_id: position.id } });
      await happen(db, user.id, [
        { topic: 'JOB', entityId: position.trade_job_id_open },
        { topic: 'FILL', entityId: fill.id },
        { topic: 'POSITION', entityId: position.id },
      ]);
      return position.id;
    },
    async close(positionId: number, reason = 'STOP_LOSS'): Promise<void> {
      await db.prisma.tradePosition.update({
        where: { id: positionId },
        data: { status: 'CLOSED', close_reason: reason, closed_at: new Date(), realized_profit_usd: '-3.5' },
      });
      await happen(db, user.id, [{ topic: 'POSITION', entityId: positionId }]);
    },
  };
}
