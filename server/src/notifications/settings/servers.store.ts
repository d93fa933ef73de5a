import type { Database } from '../../infra/database/database.js';
import type { Secrets } from '../../infra/secrets.js';
import type { WhatsAppState } from '../channels/whatsapp.js';

type Db = Pick<Database, 'query'>;

/** The server of Evolution API. */
export interface WhatsAppServer {
  apiUrl: string;
  apiKey: string | null;
  instanceName: string;
  isActive: boolean;
  /** Older versions want `{number, textMessage: {text}}`. */
  usesOldBody: boolean;
}

/** What the operator has set up. */
export interface NotificationServers {
  whatsApp: WhatsAppServer | null;
  mail: { smtpUrl: string; from: string } | null;
  vapid: { publicKey: string; privateKey: string } | null;
}

/** There is one row of each. */
const ID = 1;
const PLACES = {
  whatsApp: `whatsapp_global_configs.api_key:${ID}`,
  smtp: `notification_servers.smtp_url_enc:${ID}`,
  vapid: `notification_servers.vapid_private_key_enc:${ID}`,
};

interface WhatsAppRow {
  api_url: string;
  api_key: string | null;
  instance_name: string;
  is_active: number;
  uses_old_body: number;
  connection_state: WhatsAppState | null;
  connection_checked_at: Date | null;
}
interface ServersRow {
  smtp_url_enc: string | null;
  smtp_hint: string | null;
  mail_from: string | null;
  vapid_public_key: string | null;
  vapid_private_key_enc: string | null;
}

const readWhatsAppRow = async (db: Db): Promise<WhatsAppRow | undefined> =>
  (await db.query<WhatsAppRow[]>('SELECT * FROM whatsapp_global_configs WHERE id = ?', [ID]))[0];
const readServersRow = async (db: Db): Promise<ServersRow | undefined> =>
  (await db.query<ServersRow[]>('SELECT * FROM notification_servers WHERE id = ?', [ID]))[0];

/** With the opened secrets, to send with. */
export async function readServers(db: Db, secrets: Pick<Secrets, 'open'>): Promise<NotificationServers> {
  const [whatsApp, servers] = [await readWhatsAppRow(db), await readServersRow(db)];
  return {
    whatsApp: whatsApp
      ? {
          apiUrl: whatsApp.api_url,
          apiKey: whatsApp.api_key === null ? null : secrets.open(whatsApp.api_key, PLACES.whatsApp),
          instanceName: whatsApp.instance_name,
          isActive: Boolean(whatsApp.is_active),
          usesOldBody: Boolean(whatsApp.uses_old_body),
        }
      : null,
    mail:
      servers?.smtp_url_enc && servers.mail_from
        ? { smtpUrl: secrets.open(servers.smtp_url_enc, PLACES.smtp), from: servers.mail_from }
        : null,
    vapid:
      servers?.vapid_public_key && servers.vapid_private_key_enc
        ? {
            publicKey: servers.vapid_public_key,
            privateKey: secrets.open(servers.vapid_private_key_enc, PLACES.vapid),
          }
        : null,
  };
}

/** The same without secrets, to show to administrators. */
export interface ShownServers {
  whatsApp: {
    apiUrl: string;
    instanceName: string;
    hasApiKey: boolean;
    isActive: boolean;
    usesOldBody: boolean;
    state: WhatsAppState | null;
    checkedAt: Date | null;
  } | null;
  mail: { server: string; from: string } | null;
  vapidPublicKey: string | null;
}

export async function readShownServers(db: Db): Promise<ShownServers> {
  const [row, servers] = [await readWhatsAppRow(db), await readServersRow(db)];
  return {
    whatsApp: row
      ? {
          ...{ apiUrl: row.api_url, instanceName: row.instance_name, hasApiKey: row.api_key !== null },
          ...{ isActive: Boolean(row.is_active), usesOldBody: Boolean(row.uses_old_body) },
          ...{ state: row.connection_state, checkedAt: row.connection_checked_at },
        }
      : null,
    mail: servers?.smtp_hint && servers.mail_from ? { server: servers.smtp_hint, from: servers.mail_from } : null,
    vapidPublicKey: servers?.vapid_public_key ?? null,
  };
}

/** Saves the server of WhatsApp. `apiKey` undefined keeps the stored one, null removes it. */
export async function writeWhatsAppServer(
  db: Db,
  secrets: Pick<Secrets, 'seal'>,
  server: Omit<WhatsAppServer, 'apiKey'> & { apiKey: string | null | undefined },
): Promise<void> {
  const { apiUrl, apiKey, instanceName, isActive, usesOldBody } = server;
  const sealed = apiKey ? secrets.seal(apiKey, PLACES.whatsApp) : null;
  await db.query(
    `INSERT INTO whatsapp_global_configs (id, api_url, api_key, instance_name, is_active, uses_old_body, updated_at)
     VALUES (?, ?, ?, ?, ?, ?, UTC_TIMESTAMP(3)) ON DUPLICATE KEY UPDATE api_url = VALUES(api_url),
       ${apiKey === undefined ? '' : 'api_key = VALUES(api_key),'} instance_name = VALUES(instance_name),
       is_active = VALUES(is_active), uses_old_body = VALUES(uses_old_body), connection_state = NULL`,
    [ID, apiUrl, sealed, instanceName, isActive, usesOldBody],
  );
}

export async function writeWhatsAppState(db: Db, state: WhatsAppState | null, now: number): Promise<void> {
  await db.query('UPDATE whatsapp_global_configs SET connection_state = ?, connection_checked_at = ? WHERE id = ?', [
    ...[state, new Date(now), ID],
  ]);
}

/** Saves the mail server; null removes it. */
export async function writeMailServer(
  db: Db,
  secrets: Pick<Secrets, 'seal'>,
  mail: { smtpUrl: string; hint: string; from: string } | null,
): Promise<void> {
  await db.query(
    `INSERT INTO notification_servers (id, smtp_url_enc, smtp_hint, mail_from) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE smtp_url_enc = VALUES(smtp_url_enc), smtp_hint = VALUES(smtp_hint), mail_from = VALUES(mail_from)`,
    [ID, mail && secrets.seal(mail.smtpUrl, PLACES.smtp), mail?.hint ?? null, mail?.from ?? null],
  );
}

/** Stores the keys of web push unless there are some: browsers are subscribed to the first ones for ever. */
export async function insertVapidKeys(
  db: Db,
  secrets: Pick<Secrets, 'seal'>,
  { publicKey, privateKey }: { publicKey: string; privateKey: string },
): Promise<void> {
  await db.query('INSERT IGNORE INTO notification_servers (id) VALUES (?)', [ID]);
  await db.query(
    'UPDATE notification_servers SET vapid_public_key = ?, vapid_private_key_enc = ? WHERE id = ? AND vapid_public_key IS NULL',
    [publicKey, secrets.seal(privateKey, PLACES.vapid), ID],
  );
}
