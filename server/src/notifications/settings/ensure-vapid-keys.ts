import webPush from 'web-push';
import type { Context } from '../../context.js';
import { insertVapidKeys, readShownServers } from './servers.store.js';

/** Makes the keys of web push at the first start of an installation. They are sealed like the keys of exchanges. */
export async function ensureVapidKeys({ db, secrets }: Pick<Context, 'db' | 'secrets'>): Promise<void> {
  if ((await readShownServers(db)).vapidPublicKey !== null) return;
  await insertVapidKeys(db, secrets, webPush.generateVAPIDKeys());
}
