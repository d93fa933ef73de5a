import type { Database } from '../infra/database/database.js';

const PROTECTION =
  'sl_enabled, sl_pct, tp_enabled, tp_pct, trailing_enabled, trailing_distance_pct, trailing_arming_pct, time_stop_hours, break_even_after_first, min_profit_pct';
const DEFAULTS =
  'default_sl_enabled, default_sl_pct, default_tp_enabled, default_tp_pct, trailing_stop_enabled, trailing_distance_pct, trailing_arming_pct, default_time_stop_hours, default_targets_json, default_break_even, min_profit_pct';

/**
 * The table of each audited entity and its columns whose values are kept before and after a change. Columns are named
 * here one by one, so that a secret is never among them. Secrets show as whether they are set.
 */
const SNAPSHOTS: Record<string, { table: string; columns: string }> = {
  alert: { table: 'system_alerts', columns: 'resolved_at, resolved_by, acknowledged_at, acknowledged_by' },
  api_token: { table: 'api_tokens', columns: 'name, scopes, allowed_ips_json, expires_at, revoked_at' },
  exchange_account: {
    table: 'exchange_accounts',
    columns:
      'label, exchange, is_simulation, testnet, is_active, entries_paused_at, entries_pause_reason, withdraw_accepted_at, api_key_hint, proxy_hint, credentials_version',
  },
  external_order: { table: 'external_orders', columns: 'dismissed_at' },
  notification_channel: {
    table: 'notification_channels',
    columns: 'kind, label, address_hint, is_enabled, disabled_reason, selection, CAST(events_json AS CHAR) AS events',
  },
  notification_delivery: { table: 'notification_deliveries', columns: 'status' },
  notification_server: { table: 'notification_servers', columns: 'smtp_hint, mail_from' },
  position: { table: 'trade_positions', columns: `status, qty_reserved, lock_sell_by_webhook, ${PROTECTION}` },
  trade_job: { table: 'trade_jobs', columns: 'status' },
  trade_parameter: {
    table: 'trade_parameters',
    columns: `exchange_account_id, symbol, side, quote_amount_fixed, quote_amount_pct_balance, max_orders_per_hour, min_interval_sec, order_type_default, slippage_bps, limit_price_band_pct, vault_id, ${DEFAULTS}`,
  },
  user: {
    table: 'users',
    columns: `email, is_active, must_change_password, entries_paused_at,
      (SELECT GROUP_CONCAT(r.role ORDER BY r.role) FROM user_roles r WHERE r.user_id = users.id) AS roles,
      (SELECT p.full_name FROM profiles p WHERE p.user_id = users.id) AS full_name,
      (SELECT p.phone FROM profiles p WHERE p.user_id = users.id) AS phone,
      (SELECT p.twofa_enabled FROM profiles p WHERE p.user_id = users.id) AS twofa_enabled`,
  },
  vault: { table: 'vaults', columns: 'name, description, trade_mode, is_active' },
  webhook_source: {
    table: 'webhook_sources',
    columns: `label, trade_mode, is_active, dry_run, admin_locked, allowed_ips_json, require_signature, rate_limit_per_min,
      identity_window_sec, max_lag_sec, signing_secret_enc IS NOT NULL AS has_signing_secret,
      body_token_hash IS NOT NULL AS has_body_token`,
  },
};

export type Snapshot = Record<string, string | number | null>;

/** The values of an entity now; null when it does not exist or has none that are kept. */
export async function readSnapshot(
  db: Pick<Database, 'query'>,
  entity: string,
  id: number | null,
): Promise<Snapshot | null> {
  const found = SNAPSHOTS[entity];
  if (!found || id === null) return null;
  const [row] = await db.query<Record<string, string | number | Date | null>[]>(
    `SELECT ${found.columns} FROM ${found.table} WHERE id = ?`,
    [id],
  );
  if (!row) return null;
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  );
}
