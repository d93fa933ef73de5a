-- The whole data model, for MySQL 8 and MariaDB >= 10.6. Hand-written in Prisma's form and naming.
--
-- * CURRENT_TIMESTAMP follows the time zone of the session: every connection of ours sets it to +00:00.
-- * `updated_at` carries ON UPDATE, so that raw SQL keeps it true as well; Prisma writes it itself anyway.
-- * Columns that identify something exactly (codes, ids and keys given by others, hashes) compare by bytes
--   (utf8mb4_bin); everything else, e-mail addresses above all, without regard to case (utf8mb4_unicode_ci).
--   Both ignore trailing spaces (PAD SPACE), the only behaviour the two servers share.
-- * The CHECK constraints are the last line behind the rules in code: no bug can write a negative balance.

-- CreateTable
CREATE TABLE `users` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `email` VARCHAR(190) NOT NULL,
    `password_hash` VARCHAR(255) NOT NULL,
    `is_active` BOOLEAN NOT NULL DEFAULT true,
    `must_change_password` BOOLEAN NOT NULL DEFAULT false,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `users_email_key`(`email`),
    INDEX `users_is_active_idx`(`is_active`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `profiles` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `full_name` VARCHAR(190) NULL,
    `phone` VARCHAR(32) NULL,
    `whatsapp_phone` VARCHAR(32) NULL,
    `position_alerts_enabled` BOOLEAN NOT NULL DEFAULT true,
    `twofa_enabled` BOOLEAN NOT NULL DEFAULT false,
    `twofa_secret` VARCHAR(512) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `profiles_user_id_key`(`user_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `user_roles` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `role` VARCHAR(16) NOT NULL,

    UNIQUE INDEX `user_roles_user_id_role_key`(`user_id`, `role`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `login_history` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `ip` VARCHAR(45) NULL,
    `user_agent` VARCHAR(512) NULL,
    `success` BOOLEAN NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    INDEX `login_history_user_id_created_at_idx`(`user_id`, `created_at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `audit_logs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NULL,
    `entity_type` VARCHAR(64) NOT NULL,
    `entity_id` INTEGER NULL,
    `action` VARCHAR(64) NOT NULL,
    `changes_json` JSON NULL,
    `ip` VARCHAR(45) NULL,
    `user_agent` VARCHAR(512) NULL,
    `request_id` VARCHAR(64) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    INDEX `audit_logs_user_id_created_at_idx`(`user_id`, `created_at`),
    INDEX `audit_logs_entity_type_entity_id_idx`(`entity_type`, `entity_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `sessions` (
    `id` CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `public_id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `expires_at` DATETIME(3) NOT NULL,
    `ip` VARCHAR(45) NULL,
    `user_agent` VARCHAR(512) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `sessions_public_id_key`(`public_id`),
    INDEX `sessions_user_id_idx`(`user_id`),
    INDEX `sessions_expires_at_idx`(`expires_at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `exchange_accounts` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `exchange` VARCHAR(32) NOT NULL,
    `label` VARCHAR(120) NOT NULL,
    `is_simulation` BOOLEAN NOT NULL,
    `api_key_enc` TEXT NULL,
    `api_secret_enc` TEXT NULL,
    `proxy_url` VARCHAR(512) NULL,
    `testnet` BOOLEAN NOT NULL DEFAULT false,
    `is_active` BOOLEAN NOT NULL DEFAULT true,
    `initial_balances_json` JSON NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    INDEX `exchange_accounts_user_id_idx`(`user_id`),
    INDEX `exchange_accounts_is_simulation_idx`(`is_simulation`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `account_balances_cache` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `exchange_account_id` INTEGER NOT NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `asset` VARCHAR(32) NOT NULL,
    `free` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `locked` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `last_sync_at` DATETIME(3) NULL,

    UNIQUE INDEX `account_balances_cache_exchange_account_id_trade_mode_asset_key`(`exchange_account_id`, `trade_mode`, `asset`),
    PRIMARY KEY (`id`),
    CONSTRAINT `account_balances_cache_free_check` CHECK (`free` >= 0),
    CONSTRAINT `account_balances_cache_locked_check` CHECK (`locked` >= 0)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `simulated_orders` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `exchange_account_id` INTEGER NOT NULL,
    `client_order_id` VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `side` VARCHAR(4) NOT NULL,
    `order_type` VARCHAR(8) NOT NULL,
    `status` VARCHAR(20) NOT NULL,
    `base_quantity` DECIMAL(36, 18) NOT NULL,
    `limit_price` DECIMAL(36, 18) NULL,
    `executed_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `cumm_quote_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `locked_asset` VARCHAR(32) NULL,
    `locked_amount` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `fills_json` JSON NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `simulated_orders_exchange_account_id_client_order_id_key`(`exchange_account_id`, `client_order_id`),
    INDEX `simulated_orders_status_symbol_idx`(`status`, `symbol`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `vaults` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `name` VARCHAR(120) NOT NULL,
    `description` VARCHAR(500) NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `is_active` BOOLEAN NOT NULL DEFAULT true,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    INDEX `vaults_user_id_idx`(`user_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `vault_balances` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `vault_id` INTEGER NOT NULL,
    `asset` VARCHAR(32) NOT NULL,
    `balance` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `reserved` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `vault_balances_vault_id_asset_key`(`vault_id`, `asset`),
    PRIMARY KEY (`id`),
    CONSTRAINT `vault_balances_reserved_check` CHECK (`reserved` >= 0 AND `reserved` <= `balance`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `vault_transactions` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `vault_id` INTEGER NOT NULL,
    `type` VARCHAR(16) NOT NULL,
    `asset` VARCHAR(32) NOT NULL,
    `amount` DECIMAL(36, 18) NOT NULL,
    `balance_delta` DECIMAL(36, 18) NOT NULL,
    `reserved_delta` DECIMAL(36, 18) NOT NULL,
    `dedupe_key` VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `trade_job_id` INTEGER NULL,
    `meta_json` JSON NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `vault_transactions_dedupe_key_key`(`dedupe_key`),
    INDEX `vault_transactions_vault_id_id_idx`(`vault_id`, `id`),
    INDEX `vault_transactions_trade_job_id_idx`(`trade_job_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `trade_parameters` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `exchange_account_id` INTEGER NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `side` VARCHAR(4) NOT NULL,
    `quote_amount_fixed` DECIMAL(36, 18) NULL,
    `quote_amount_pct_balance` DECIMAL(5, 2) NULL,
    `max_orders_per_hour` INTEGER NULL,
    `min_interval_sec` INTEGER NULL,
    `order_type_default` VARCHAR(8) NOT NULL DEFAULT 'MARKET',
    `slippage_bps` INTEGER NOT NULL DEFAULT 0,
    `default_sl_enabled` BOOLEAN NOT NULL DEFAULT false,
    `default_sl_pct` DECIMAL(5, 2) NULL,
    `default_tp_enabled` BOOLEAN NOT NULL DEFAULT false,
    `default_tp_pct` DECIMAL(5, 2) NULL,
    `trailing_stop_enabled` BOOLEAN NOT NULL DEFAULT false,
    `trailing_distance_pct` DECIMAL(5, 2) NULL,
    `min_profit_pct` DECIMAL(5, 2) NULL,
    `vault_id` INTEGER NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `trade_parameters_exchange_account_id_symbol_side_key`(`exchange_account_id`, `symbol`, `side`),
    INDEX `trade_parameters_user_id_idx`(`user_id`),
    INDEX `trade_parameters_vault_id_idx`(`vault_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `webhook_sources` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `owner_user_id` INTEGER NOT NULL,
    `label` VARCHAR(120) NOT NULL,
    `webhook_code` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `allowed_ips_json` JSON NULL,
    `require_signature` BOOLEAN NOT NULL DEFAULT false,
    `signing_secret_enc` TEXT NULL,
    `rate_limit_per_min` INTEGER NOT NULL DEFAULT 60,
    `is_active` BOOLEAN NOT NULL DEFAULT true,
    `admin_locked` BOOLEAN NOT NULL DEFAULT false,
    `alert_group_enabled` BOOLEAN NOT NULL DEFAULT false,
    `alert_group_id` VARCHAR(120) NULL,
    `body_token_hash` CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `identity_window_sec` INTEGER NOT NULL DEFAULT 30,
    `max_lag_sec` INTEGER NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `webhook_sources_webhook_code_key`(`webhook_code`),
    INDEX `webhook_sources_owner_user_id_idx`(`owner_user_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `account_webhook_bindings` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_source_id` INTEGER NOT NULL,
    `exchange_account_id` INTEGER NOT NULL,
    `is_active` BOOLEAN NOT NULL DEFAULT true,
    `weight` DECIMAL(36, 18) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `account_webhook_bindings_webhook_source_id_exchange_account__key`(`webhook_source_id`, `exchange_account_id`),
    INDEX `account_webhook_bindings_exchange_account_id_idx`(`exchange_account_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `webhook_receipts` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `receipt` CHAR(26) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `webhook_source_id` INTEGER NOT NULL,
    `event_uid` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `outcome` VARCHAR(16) NOT NULL,
    `http_status` INTEGER NOT NULL,
    `reason_code` VARCHAR(48) NULL,
    `reason_message` VARCHAR(500) NULL,
    `action` VARCHAR(16) NULL,
    `symbol_normalized` VARCHAR(40) NULL,
    `accounts` INTEGER NOT NULL DEFAULT 0,
    `duplicates` INTEGER NOT NULL DEFAULT 0,
    `source_ip` VARCHAR(45) NULL,
    `body_bytes` INTEGER NOT NULL DEFAULT 0,
    `body_hash` CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `received_at` DATETIME(3) NOT NULL,
    `verified_at` DATETIME(3) NULL,
    `read_at` DATETIME(3) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `webhook_receipts_receipt_key`(`receipt`),
    UNIQUE INDEX `webhook_receipts_webhook_source_id_event_uid_key`(`webhook_source_id`, `event_uid`),
    INDEX `webhook_receipts_webhook_source_id_body_hash_id_idx`(`webhook_source_id`, `body_hash`, `id`),
    INDEX `webhook_receipts_webhook_source_id_id_idx`(`webhook_source_id`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `webhook_events` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_source_id` INTEGER NOT NULL,
    `webhook_receipt_id` INTEGER NULL,
    `target_account_id` INTEGER NOT NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `event_uid` VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `symbol_raw` VARCHAR(120) NOT NULL,
    `symbol_normalized` VARCHAR(40) NOT NULL,
    `action` VARCHAR(16) NOT NULL,
    `timeframe` VARCHAR(16) NULL,
    `price_reference` DECIMAL(36, 18) NULL,
    `raw_text` TEXT NULL,
    `raw_payload_json` JSON NULL,
    `status` VARCHAR(16) NOT NULL,
    `validation_error` VARCHAR(500) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `processed_at` DATETIME(3) NULL,

    UNIQUE INDEX `webhook_events_webhook_source_id_event_uid_target_account_id_key`(`webhook_source_id`, `event_uid`, `target_account_id`),
    INDEX `webhook_events_webhook_receipt_id_idx`(`webhook_receipt_id`),
    INDEX `webhook_events_target_account_id_id_idx`(`target_account_id`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `webhook_blocked_attempts` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_source_id` INTEGER NOT NULL,
    `webhook_receipt_id` INTEGER NULL,
    `ip` VARCHAR(45) NULL,
    `user_agent` VARCHAR(512) NULL,
    `reason_code` VARCHAR(48) NOT NULL,
    `reason_message` VARCHAR(500) NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    INDEX `webhook_blocked_attempts_webhook_source_id_id_idx`(`webhook_source_id`, `id`),
    INDEX `webhook_blocked_attempts_webhook_receipt_id_idx`(`webhook_receipt_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `trade_jobs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_event_id` INTEGER NULL,
    `exchange_account_id` INTEGER NOT NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `side` VARCHAR(4) NOT NULL,
    `order_type` VARCHAR(8) NOT NULL,
    `quote_amount` DECIMAL(36, 18) NULL,
    `base_quantity` DECIMAL(36, 18) NULL,
    `limit_price` DECIMAL(36, 18) NULL,
    `status` VARCHAR(20) NOT NULL,
    `reason_code` VARCHAR(48) NULL,
    `reason_message` VARCHAR(500) NULL,
    `vault_id` INTEGER NULL,
    `limit_order_expires_at` DATETIME(3) NULL,
    `origin` VARCHAR(16) NOT NULL DEFAULT 'WEBHOOK',
    `idempotency_key` VARCHAR(120) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `reserved_amount` DECIMAL(36, 18) NULL,
    `admitted_at` DATETIME(3) NULL,
    `committed_at` DATETIME(3) NULL,
    `queued_at` DATETIME(3) NULL,
    `claimed_at` DATETIME(3) NULL,
    `trace_json` JSON NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `trade_jobs_idempotency_key_key`(`idempotency_key`),
    INDEX `trade_jobs_status_id_idx`(`status`, `id`),
    INDEX `trade_jobs_webhook_event_id_idx`(`webhook_event_id`),
    INDEX `trade_jobs_vault_id_idx`(`vault_id`),
    INDEX `trade_jobs_exchange_account_id_symbol_side_admitted_at_idx`(`exchange_account_id`, `symbol`, `side`, `admitted_at`),
    INDEX `trade_jobs_exchange_account_id_id_idx`(`exchange_account_id`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `trade_executions` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `trade_job_id` INTEGER NOT NULL,
    `exchange_account_id` INTEGER NOT NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `exchange` VARCHAR(32) NOT NULL,
    `exchange_order_id` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `client_order_id` VARCHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `status_exchange` VARCHAR(20) NOT NULL,
    `executed_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `cumm_quote_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `avg_price` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `fills_json` JSON NULL,
    `raw_response_json` JSON NULL,
    `attempt` INTEGER NOT NULL DEFAULT 1,
    `side` VARCHAR(4) NOT NULL,
    `order_type` VARCHAR(8) NOT NULL,
    `requested_qty` DECIMAL(36, 18) NOT NULL,
    `limit_price` DECIMAL(36, 18) NULL,
    `send_before` DATETIME(3) NOT NULL,
    `absences` INTEGER NOT NULL DEFAULT 0,
    `sent_at` DATETIME(3) NULL,
    `acknowledged_at` DATETIME(3) NULL,
    `filled_at` DATETIME(3) NULL,
    `booked_at` DATETIME(3) NULL,
    `error_message` VARCHAR(500) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `trade_executions_exchange_account_id_client_order_id_key`(`exchange_account_id`, `client_order_id`),
    UNIQUE INDEX `trade_executions_trade_job_id_attempt_key`(`trade_job_id`, `attempt`),
    INDEX `trade_executions_status_exchange_id_idx`(`status_exchange`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `trade_positions` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `exchange_account_id` INTEGER NOT NULL,
    `trade_mode` VARCHAR(16) NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `side` VARCHAR(8) NOT NULL DEFAULT 'LONG',
    `trade_job_id_open` INTEGER NOT NULL,
    `qty_total` DECIMAL(36, 18) NOT NULL,
    `qty_remaining` DECIMAL(36, 18) NOT NULL,
    `qty_promised` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `price_open` DECIMAL(36, 18) NOT NULL,
    `status` VARCHAR(8) NOT NULL,
    `realized_profit_usd` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `fees_quote` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `sl_enabled` BOOLEAN NOT NULL DEFAULT false,
    `sl_pct` DECIMAL(5, 2) NULL,
    `tp_enabled` BOOLEAN NOT NULL DEFAULT false,
    `tp_pct` DECIMAL(5, 2) NULL,
    `trailing_enabled` BOOLEAN NOT NULL DEFAULT false,
    `trailing_distance_pct` DECIMAL(5, 2) NULL,
    `trailing_max_price` DECIMAL(36, 18) NULL,
    `min_profit_pct` DECIMAL(5, 2) NULL,
    `sl_triggered` BOOLEAN NOT NULL DEFAULT false,
    `tp_triggered` BOOLEAN NOT NULL DEFAULT false,
    `trailing_triggered` BOOLEAN NOT NULL DEFAULT false,
    `partial_tp_triggered` BOOLEAN NOT NULL DEFAULT false,
    `lock_sell_by_webhook` BOOLEAN NOT NULL DEFAULT false,
    `close_reason` VARCHAR(24) NULL,
    `closed_at` DATETIME(3) NULL,
    `vault_id` INTEGER NULL,
    `dust_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `dust_value_quote` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `trade_positions_trade_job_id_open_key`(`trade_job_id_open`),
    INDEX `trade_positions_exchange_account_id_symbol_status_idx`(`exchange_account_id`, `symbol`, `status`),
    INDEX `trade_positions_status_symbol_idx`(`status`, `symbol`),
    INDEX `trade_positions_vault_id_idx`(`vault_id`),
    PRIMARY KEY (`id`),
    CONSTRAINT `trade_positions_remaining_check` CHECK (`qty_remaining` >= 0 AND `qty_remaining` <= `qty_total`),
    CONSTRAINT `trade_positions_promised_check` CHECK (`qty_promised` >= 0 AND `qty_promised` <= `qty_remaining`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `position_fills` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `position_id` INTEGER NOT NULL,
    `trade_execution_id` INTEGER NOT NULL,
    `side` VARCHAR(4) NOT NULL,
    `qty` DECIMAL(36, 18) NOT NULL,
    `price` DECIMAL(36, 18) NOT NULL,
    `trade_id` VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `fee_amount` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `fee_asset` VARCHAR(32) NULL,
    `realized_quote` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `filled_at` DATETIME(3) NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `position_fills_trade_execution_id_trade_id_position_id_key`(`trade_execution_id`, `trade_id`, `position_id`),
    INDEX `position_fills_position_id_id_idx`(`position_id`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `position_promises` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `trade_job_id` INTEGER NOT NULL,
    `position_id` INTEGER NOT NULL,
    `qty` DECIMAL(36, 18) NOT NULL,
    `qty_sold` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `is_live` BOOLEAN NOT NULL DEFAULT true,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `position_promises_trade_job_id_position_id_key`(`trade_job_id`, `position_id`),
    INDEX `position_promises_position_id_is_live_idx`(`position_id`, `is_live`),
    PRIMARY KEY (`id`),
    CONSTRAINT `position_promises_sold_check` CHECK (`qty_sold` >= 0 AND `qty_sold` <= `qty`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `live_cursors` (
    `user_id` INTEGER NOT NULL,
    `seq` BIGINT NOT NULL DEFAULT 0,

    PRIMARY KEY (`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `live_events` (
    `user_id` INTEGER NOT NULL,
    `seq` BIGINT NOT NULL,
    `topic` VARCHAR(16) NOT NULL,
    `entity_id` INTEGER NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    INDEX `live_events_created_at_idx`(`created_at`),
    PRIMARY KEY (`user_id`, `seq`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `whatsapp_global_configs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `api_url` VARCHAR(512) NOT NULL,
    `api_key` VARCHAR(512) NULL,
    `instance_name` VARCHAR(120) NOT NULL,
    `is_active` BOOLEAN NOT NULL DEFAULT false,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `whatsapp_notifications_configs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `position_opened_enabled` BOOLEAN NOT NULL DEFAULT true,
    `position_closed_enabled` BOOLEAN NOT NULL DEFAULT true,
    `stop_loss_enabled` BOOLEAN NOT NULL DEFAULT true,
    `take_profit_enabled` BOOLEAN NOT NULL DEFAULT true,
    `vault_alerts_enabled` BOOLEAN NOT NULL DEFAULT true,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `whatsapp_notifications_configs_user_id_key`(`user_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `whatsapp_notification_logs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `template_type` VARCHAR(48) NOT NULL,
    `recipient` VARCHAR(120) NOT NULL,
    `recipient_type` VARCHAR(8) NOT NULL,
    `message` TEXT NULL,
    `status` VARCHAR(8) NOT NULL,
    `error_message` VARCHAR(500) NULL,
    `webhook_event_id` INTEGER NULL,
    `position_id` INTEGER NULL,
    `vault_id` INTEGER NULL,
    `sent_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    INDEX `whatsapp_notification_logs_sent_at_idx`(`sent_at`),
    INDEX `whatsapp_notification_logs_position_id_template_type_idx`(`position_id`, `template_type`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `system_monitoring_logs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `timestamp` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `service_name` VARCHAR(16) NOT NULL,
    `process_id` INTEGER NULL,
    `status` VARCHAR(8) NOT NULL,
    `cpu_usage` DECIMAL(5, 2) NULL,
    `memory_usage` DECIMAL(5, 2) NULL,
    `metrics_json` JSON NULL,

    INDEX `system_monitoring_logs_service_name_timestamp_idx`(`service_name`, `timestamp`),
    INDEX `system_monitoring_logs_timestamp_idx`(`timestamp`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `system_alerts` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `alert_type` VARCHAR(48) NOT NULL,
    `severity` VARCHAR(8) NOT NULL,
    `message` VARCHAR(1000) NOT NULL,
    `service_name` VARCHAR(16) NULL,
    `metadata_json` JSON NULL,
    `user_id` INTEGER NULL,
    `open_key` VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `resolved_at` DATETIME(3) NULL,
    `resolved_by` INTEGER NULL,

    UNIQUE INDEX `system_alerts_open_key_key`(`open_key`),
    INDEX `system_alerts_user_id_id_idx`(`user_id`, `id`),
    INDEX `system_alerts_alert_type_resolved_at_idx`(`alert_type`, `resolved_at`),
    INDEX `system_alerts_resolved_by_idx`(`resolved_by`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `cron_job_configs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `name` VARCHAR(64) NOT NULL,
    `description` VARCHAR(500) NOT NULL,
    `queue_name` VARCHAR(64) NOT NULL,
    `job_id` VARCHAR(64) NOT NULL,
    `interval_ms` INTEGER NOT NULL,
    `status` VARCHAR(16) NOT NULL DEFAULT 'ACTIVE',
    `enabled` BOOLEAN NOT NULL DEFAULT true,
    `timeout_ms` INTEGER NULL,
    `max_retries` INTEGER NOT NULL DEFAULT 0,
    `config_json` JSON NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
    `updated_by` INTEGER NULL,

    UNIQUE INDEX `cron_job_configs_name_key`(`name`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `cron_job_executions` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `job_config_id` INTEGER NOT NULL,
    `started_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `finished_at` DATETIME(3) NULL,
    `duration_ms` INTEGER NULL,
    `status` VARCHAR(16) NOT NULL,
    `result_json` JSON NULL,
    `error_message` TEXT NULL,
    `triggered_by` VARCHAR(16) NOT NULL,

    INDEX `cron_job_executions_job_config_id_started_at_idx`(`job_config_id`, `started_at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- AddForeignKey
ALTER TABLE `profiles` ADD CONSTRAINT `profiles_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `user_roles` ADD CONSTRAINT `user_roles_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `login_history` ADD CONSTRAINT `login_history_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `audit_logs` ADD CONSTRAINT `audit_logs_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `sessions` ADD CONSTRAINT `sessions_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `exchange_accounts` ADD CONSTRAINT `exchange_accounts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `account_balances_cache` ADD CONSTRAINT `account_balances_cache_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `simulated_orders` ADD CONSTRAINT `simulated_orders_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `vaults` ADD CONSTRAINT `vaults_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `vault_balances` ADD CONSTRAINT `vault_balances_vault_id_fkey` FOREIGN KEY (`vault_id`) REFERENCES `vaults`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `vault_transactions` ADD CONSTRAINT `vault_transactions_vault_id_fkey` FOREIGN KEY (`vault_id`) REFERENCES `vaults`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `vault_transactions` ADD CONSTRAINT `vault_transactions_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_parameters` ADD CONSTRAINT `trade_parameters_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_parameters` ADD CONSTRAINT `trade_parameters_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_parameters` ADD CONSTRAINT `trade_parameters_vault_id_fkey` FOREIGN KEY (`vault_id`) REFERENCES `vaults`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_sources` ADD CONSTRAINT `webhook_sources_owner_user_id_fkey` FOREIGN KEY (`owner_user_id`) REFERENCES `users`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `account_webhook_bindings` ADD CONSTRAINT `account_webhook_bindings_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `account_webhook_bindings` ADD CONSTRAINT `account_webhook_bindings_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_receipts` ADD CONSTRAINT `webhook_receipts_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_events` ADD CONSTRAINT `webhook_events_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_events` ADD CONSTRAINT `webhook_events_webhook_receipt_id_fkey` FOREIGN KEY (`webhook_receipt_id`) REFERENCES `webhook_receipts`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_blocked_attempts` ADD CONSTRAINT `webhook_blocked_attempts_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_blocked_attempts` ADD CONSTRAINT `webhook_blocked_attempts_webhook_receipt_id_fkey` FOREIGN KEY (`webhook_receipt_id`) REFERENCES `webhook_receipts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_jobs` ADD CONSTRAINT `trade_jobs_webhook_event_id_fkey` FOREIGN KEY (`webhook_event_id`) REFERENCES `webhook_events`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_jobs` ADD CONSTRAINT `trade_jobs_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_jobs` ADD CONSTRAINT `trade_jobs_vault_id_fkey` FOREIGN KEY (`vault_id`) REFERENCES `vaults`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_executions` ADD CONSTRAINT `trade_executions_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_executions` ADD CONSTRAINT `trade_executions_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_positions` ADD CONSTRAINT `trade_positions_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_positions` ADD CONSTRAINT `trade_positions_trade_job_id_open_fkey` FOREIGN KEY (`trade_job_id_open`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_positions` ADD CONSTRAINT `trade_positions_vault_id_fkey` FOREIGN KEY (`vault_id`) REFERENCES `vaults`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `position_fills` ADD CONSTRAINT `position_fills_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `position_fills` ADD CONSTRAINT `position_fills_trade_execution_id_fkey` FOREIGN KEY (`trade_execution_id`) REFERENCES `trade_executions`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `position_promises` ADD CONSTRAINT `position_promises_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `position_promises` ADD CONSTRAINT `position_promises_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `live_cursors` ADD CONSTRAINT `live_cursors_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `whatsapp_notifications_configs` ADD CONSTRAINT `whatsapp_notifications_configs_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `system_alerts` ADD CONSTRAINT `system_alerts_resolved_by_fkey` FOREIGN KEY (`resolved_by`) REFERENCES `users`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `system_alerts` ADD CONSTRAINT `system_alerts_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `cron_job_executions` ADD CONSTRAINT `cron_job_executions_job_config_id_fkey` FOREIGN KEY (`job_config_id`) REFERENCES `cron_job_configs`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
