// The stores that write each table. A table has one store; a second writer needs an entry here with its reason.

/**
 * The stores that write each table, below server/src.
 * @type {Record<string, string[]>}
 */
export const WRITERS = {
  // What administrators do with users is apart from what users do themselves.
  users: ['users/user.store.ts', 'users/user-admin.store.ts', 'system/seed-demo.store.ts'],
  passkeys: ['auth/passkeys/passkey.store.ts'],
  used_passkey_challenges: ['auth/passkeys/passkey.store.ts'],
  profiles: [
    'users/user-admin.store.ts',
    'users/user.store.ts',
    'auth/second-factor/second-factor.store.ts',
    'notifications/settings/notification-settings.store.ts',
  ],
  recovery_codes: ['auth/second-factor/second-factor.store.ts'],
  user_roles: ['users/user-admin.store.ts'],
  // A restore leaves a gap in the numbers, and ends all sessions.
  live_cursors: ['users/user-admin.store.ts', 'backup/backup.store.ts'],
  installation_setup: ['setup/setup.store.ts'],
  user_links: ['auth/people/user-link.store.ts'],
  login_history: ['users/user.store.ts'],
  unknown_sign_ins: ['users/user.store.ts'],
  sessions: ['auth/session.store.ts', 'backup/backup.store.ts'],
  api_tokens: ['auth/tokens/api-token.store.ts'],
  audit_logs: ['graphql/audit-log.store.ts'],
  idempotency_keys: ['graphql/idempotency-key.store.ts'],
  audit_chain: ['graphql/audit-log.store.ts'],
  exchange_accounts: ['accounts/account-writes.store.ts', 'system/seed-demo.store.ts'],
  account_balances_cache: ['exchange/account-balances.store.ts'],
  venue_markets: ['exchange/venue-markets.store.ts'],
  simulated_orders: ['exchange/simulated/simulated-order.store.ts'],
  system_alerts: ['alerts/alert-writes.store.ts'],
  vaults: ['vaults/vault.store.ts', 'system/seed-demo.store.ts'],
  vault_balances: ['vaults/vault-ledger.store.ts'],
  vault_transactions: ['vaults/vault-ledger.store.ts'],
  view_settings: ['users/view-settings.store.ts'],
  shared_prices: ['prices/shared-prices.store.ts'],
  price_seconds: ['prices/candles/candle.store.ts'],
  price_candles: ['prices/candles/candle.store.ts'],
  trade_jobs: ['orders/stores/trade-order.store.ts'],
  trade_executions: ['orders/stores/trade-order.store.ts'],
  recovery_leases: ['orders/recover/recovery-lease.store.ts'],
  // `orders` writes the state of a position that fills change; `positions` writes its settings and flags.
  // `reports` marks the rows that its totals count.
  trade_positions: [
    'orders/stores/trade-position.store.ts',
    'positions/position-writes.store.ts',
    'reports/trading-totals.store.ts',
  ],
  position_fills: [
    'orders/stores/trade-position.store.ts',
    'positions/position-writes.store.ts',
    'reports/trading-totals.store.ts',
  ],
  trading_totals: ['reports/trading-totals.store.ts'],
  counted_positions: ['reports/trading-totals.store.ts'],
  position_targets: ['orders/stores/trade-position.store.ts', 'positions/position-writes.store.ts'],
  position_reservations: ['orders/stores/trade-position.store.ts'],
  trade_parameters: ['parameters/parameter.store.ts', 'system/seed-demo.store.ts'],
  account_syncs: ['reconciliation/account-sync.store.ts'],
  trade_cursors: ['reconciliation/trade-cursor.store.ts'],
  external_orders: ['reconciliation/external-orders/external-order.store.ts'],
  external_trades: ['reconciliation/external-orders/external-order.store.ts'],
  bulk_actions: ['bulk-actions/bulk-action.store.ts'],
  bulk_action_items: ['bulk-actions/bulk-action.store.ts'],
  webhook_sources: ['webhooks/sources/webhook-source.store.ts', 'system/seed-demo.store.ts'],
  account_webhook_bindings: ['webhooks/sources/webhook-source.store.ts'],
  webhook_source_phrases: ['webhooks/phrases/webhook-phrases.store.ts'],
  webhook_receipts: ['webhooks/ingest/webhooks.store.ts'],
  webhook_blocked_attempts: ['webhooks/ingest/webhooks.store.ts'],
  webhook_refusal_counts: ['webhooks/ingest/refusal-count.store.ts'],
  dry_runs: ['webhooks/dry-runs/dry-run.store.ts'],
  // A booking ends the event in the same statement as its job.
  webhook_events: [
    'webhooks/ingest/webhooks.store.ts',
    'orders/stores/trade-order.store.ts',
    'webhooks/dry-runs/dry-run.store.ts',
  ],
  // Settings of a person are one form over several tables, two of the data document and the profile among them.
  notification_settings: ['notifications/settings/notification-settings.store.ts'],
  notification_rules: ['notifications/settings/notification-settings.store.ts'],
  notification_templates: ['notifications/settings/notification-settings.store.ts'],
  whatsapp_notifications_configs: ['notifications/settings/notification-settings.store.ts'],
  notification_cursors: ['notifications/derive/notification-event.store.ts'],
  notification_events: ['notifications/derive/notification-event.store.ts'],
  // Deriving adds deliveries, sending moves them on.
  notification_deliveries: [
    'notifications/derive/notification-event.store.ts',
    'notifications/deliver/delivery.store.ts',
  ],
  notification_attempts: ['notifications/deliver/delivery.store.ts'],
  whatsapp_notification_logs: ['notifications/deliver/delivery.store.ts'],
  // Owners change what a channel is; sending writes its lease and its health, in the transaction of a delivery.
  notification_channels: [
    'notifications/settings/channel.store.ts',
    'notifications/deliver/delivery.store.ts',
    'notifications/deliver/channel-health.store.ts',
  ],
  notification_servers: ['notifications/settings/servers.store.ts'],
  whatsapp_global_configs: ['notifications/settings/servers.store.ts'],
  system_monitoring_logs: ['system/heartbeat.store.ts'],
  // Old rows of several tables are deleted by `system/retention.store.ts`, which names its tables in a list.
  trading_halt: ['system/trading-halt.store.ts'],
  // A restore writes whole tables into a schema beside the database: `backup/backup.store.ts`.
  cron_job_configs: ['scheduled-jobs/scheduled-job.store.ts'],
  cron_job_executions: ['scheduled-jobs/scheduled-job.store.ts'],
};
