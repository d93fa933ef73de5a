-- Lists that stay fast at a million rows, and totals that are kept.
--
-- A list reads the ids of a page by an index of equal columns that ends in created_at (InnoDB adds the id), so each row
-- carries what it is filtered by: its account, its symbol and the source of its signal.

ALTER TABLE `trade_jobs` ADD COLUMN `webhook_source_id` INTEGER NULL;
ALTER TABLE `trade_executions` ADD COLUMN `symbol` VARCHAR(40) NULL, ADD COLUMN `webhook_source_id` INTEGER NULL;
ALTER TABLE `trade_positions` ADD COLUMN `webhook_source_id` INTEGER NULL, ADD COLUMN `is_counted` BOOLEAN NOT NULL DEFAULT false;
ALTER TABLE `position_fills`
  ADD COLUMN `exchange_account_id` INTEGER NULL,
  ADD COLUMN `symbol` VARCHAR(40) NULL,
  ADD COLUMN `webhook_source_id` INTEGER NULL,
  ADD COLUMN `is_counted` BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN `counted_quote` DECIMAL(36, 18) NULL;

UPDATE `trade_jobs` j JOIN `webhook_events` e ON e.`id` = j.`webhook_event_id`
   SET j.`webhook_source_id` = e.`webhook_source_id`, j.`updated_at` = j.`updated_at`;
UPDATE `trade_executions` x JOIN `trade_jobs` j ON j.`id` = x.`trade_job_id`
   SET x.`symbol` = j.`symbol`, x.`webhook_source_id` = j.`webhook_source_id`, x.`updated_at` = x.`updated_at`;
UPDATE `trade_positions` p JOIN `trade_jobs` j ON j.`id` = p.`trade_job_id_open`
   SET p.`webhook_source_id` = j.`webhook_source_id`, p.`updated_at` = p.`updated_at`;
UPDATE `position_fills` f JOIN `trade_positions` p ON p.`id` = f.`position_id`
   SET f.`exchange_account_id` = p.`exchange_account_id`, f.`symbol` = p.`symbol`, f.`webhook_source_id` = p.`webhook_source_id`;

ALTER TABLE `trade_executions` MODIFY `symbol` VARCHAR(40) NOT NULL;
ALTER TABLE `position_fills` MODIFY `exchange_account_id` INTEGER NOT NULL, MODIFY `symbol` VARCHAR(40) NOT NULL;

ALTER TABLE `exchange_accounts`
  ADD INDEX `exchange_accounts_user_id_created_at_idx`(`user_id`, `created_at`);

ALTER TABLE `vaults`
  ADD INDEX `vaults_user_id_created_at_idx`(`user_id`, `created_at`);

ALTER TABLE `vault_transactions`
  ADD INDEX `vault_transactions_vault_id_created_at_idx`(`vault_id`, `created_at`),
  ADD INDEX `vault_transactions_vault_id_type_created_at_idx`(`vault_id`, `type`, `created_at`),
  ADD INDEX `vault_transactions_vault_id_asset_created_at_idx`(`vault_id`, `asset`, `created_at`);

ALTER TABLE `trade_parameters`
  ADD INDEX `trade_parameters_user_id_created_at_idx`(`user_id`, `created_at`);

ALTER TABLE `webhook_sources`
  ADD INDEX `webhook_sources_owner_user_id_created_at_idx`(`owner_user_id`, `created_at`);

ALTER TABLE `webhook_receipts`
  ADD INDEX `webhook_receipts_webhook_source_id_created_at_idx`(`webhook_source_id`, `created_at`),
  ADD INDEX `webhook_receipts_webhook_source_id_outcome_created_at_idx`(`webhook_source_id`, `outcome`, `created_at`),
  ADD INDEX `webhook_receipts_webhook_source_id_action_created_at_idx`(`webhook_source_id`, `action`, `created_at`),
  ADD INDEX `webhook_receipts_webhook_source_id_symbol_normalized_created_idx`(`webhook_source_id`, `symbol_normalized`, `created_at`);

ALTER TABLE `webhook_events`
  ADD INDEX `webhook_events_webhook_source_id_created_at_idx`(`webhook_source_id`, `created_at`),
  ADD INDEX `webhook_events_webhook_source_id_target_account_id_created_a_idx`(`webhook_source_id`, `target_account_id`, `created_at`),
  ADD INDEX `webhook_events_webhook_source_id_action_created_at_idx`(`webhook_source_id`, `action`, `created_at`),
  ADD INDEX `webhook_events_webhook_source_id_status_created_at_idx`(`webhook_source_id`, `status`, `created_at`),
  ADD INDEX `webhook_events_webhook_source_id_symbol_normalized_created_a_idx`(`webhook_source_id`, `symbol_normalized`, `created_at`);

ALTER TABLE `webhook_blocked_attempts`
  ADD INDEX `webhook_blocked_attempts_webhook_source_id_created_at_idx`(`webhook_source_id`, `created_at`),
  ADD INDEX `webhook_blocked_attempts_webhook_source_id_reason_code_creat_idx`(`webhook_source_id`, `reason_code`, `created_at`);

ALTER TABLE `trade_jobs`
  ADD INDEX `trade_jobs_exchange_account_id_created_at_idx`(`exchange_account_id`, `created_at`),
  ADD INDEX `trade_jobs_exchange_account_id_status_created_at_idx`(`exchange_account_id`, `status`, `created_at`),
  ADD INDEX `trade_jobs_exchange_account_id_symbol_status_created_at_idx`(`exchange_account_id`, `symbol`, `status`, `created_at`),
  ADD INDEX `trade_jobs_exchange_account_id_webhook_source_id_created_at_idx`(`exchange_account_id`, `webhook_source_id`, `created_at`),
  ADD INDEX `trade_jobs_exchange_account_id_trade_mode_created_at_idx`(`exchange_account_id`, `trade_mode`, `created_at`),
  ADD INDEX `trade_jobs_exchange_account_id_origin_created_at_idx`(`exchange_account_id`, `origin`, `created_at`);

ALTER TABLE `trade_executions`
  ADD INDEX `trade_executions_exchange_account_id_created_at_idx`(`exchange_account_id`, `created_at`),
  ADD INDEX `trade_executions_exchange_account_id_status_exchange_created_idx`(`exchange_account_id`, `status_exchange`, `created_at`),
  ADD INDEX `trade_executions_exchange_account_id_symbol_created_at_idx`(`exchange_account_id`, `symbol`, `created_at`),
  ADD INDEX `trade_executions_exchange_account_id_webhook_source_id_creat_idx`(`exchange_account_id`, `webhook_source_id`, `created_at`),
  ADD INDEX `trade_executions_trade_job_id_created_at_idx`(`trade_job_id`, `created_at`);

ALTER TABLE `trade_positions`
  ADD INDEX `trade_positions_exchange_account_id_status_created_at_idx`(`exchange_account_id`, `status`, `created_at`),
  ADD INDEX `trade_positions_exchange_account_id_symbol_status_created_at_idx`(`exchange_account_id`, `symbol`, `status`, `created_at`),
  ADD INDEX `trade_positions_exchange_account_id_webhook_source_id_status_idx`(`exchange_account_id`, `webhook_source_id`, `status`, `created_at`),
  ADD INDEX `trade_positions_is_counted_exchange_account_id_idx`(`is_counted`, `exchange_account_id`);

ALTER TABLE `position_fills`
  ADD INDEX `position_fills_exchange_account_id_created_at_idx`(`exchange_account_id`, `created_at`),
  ADD INDEX `position_fills_exchange_account_id_symbol_created_at_idx`(`exchange_account_id`, `symbol`, `created_at`),
  ADD INDEX `position_fills_exchange_account_id_webhook_source_id_created_idx`(`exchange_account_id`, `webhook_source_id`, `created_at`),
  ADD INDEX `position_fills_is_counted_exchange_account_id_idx`(`is_counted`, `exchange_account_id`);

ALTER TABLE `bulk_actions`
  ADD INDEX `bulk_actions_user_id_created_at_idx`(`user_id`, `created_at`);

ALTER TABLE `external_orders`
  ADD INDEX `external_orders_exchange_account_id_created_at_idx`(`exchange_account_id`, `created_at`),
  ADD INDEX `external_orders_exchange_account_id_dismissed_at_created_at_idx`(`exchange_account_id`, `dismissed_at`, `created_at`);

ALTER TABLE `system_alerts`
  ADD INDEX `system_alerts_user_id_created_at_idx`(`user_id`, `created_at`),
  ADD INDEX `system_alerts_user_id_resolved_at_created_at_idx`(`user_id`, `resolved_at`, `created_at`);
ALTER TABLE `position_fills` ADD CONSTRAINT `position_fills_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;

-- The totals. server/src/reports/trading-totals.store.ts goes on from here; it says what each column counts.
CREATE TABLE `trading_totals` (
    `exchange_account_id` INTEGER NOT NULL,
    `period_start` DATETIME(3) NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `open_positions` INTEGER NOT NULL DEFAULT 0,
    `open_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `open_cost` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `realized_quote` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `wins` INTEGER NOT NULL DEFAULT 0,
    `losses` INTEGER NOT NULL DEFAULT 0,

    PRIMARY KEY (`exchange_account_id`, `period_start`, `symbol`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE `trading_totals` ADD CONSTRAINT `trading_totals_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE `counted_positions` (
    `position_id` INTEGER NOT NULL,
    `open_positions` INTEGER NOT NULL,
    `open_qty` DECIMAL(36, 18) NOT NULL,
    `open_cost` DECIMAL(36, 18) NOT NULL,
    `realized_quote` DECIMAL(36, 18) NOT NULL,
    `wins` INTEGER NOT NULL,
    `losses` INTEGER NOT NULL,
    `write_off` DECIMAL(36, 18) NOT NULL,
    `written_off_at` DATETIME(3) NULL,

    PRIMARY KEY (`position_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
ALTER TABLE `counted_positions` ADD CONSTRAINT `counted_positions_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- Counts every position and fill of before.
INSERT INTO `counted_positions`
SELECT `id`, `status` = 'OPEN', IF(`status` = 'OPEN', `qty_remaining`, 0),
       IF(`status` = 'OPEN', COALESCE(`cost_quote`, CAST(`qty_remaining` * `price_open` AS DECIMAL(36, 18))), 0),
       `realized_profit_usd`, `status` = 'CLOSED' AND `realized_profit_usd` > 0,
       `status` = 'CLOSED' AND `realized_profit_usd` < 0, IF(`written_off_at` IS NULL, 0, `write_off_quote`), `written_off_at`
  FROM `trade_positions`;
INSERT INTO `trading_totals`
SELECT p.`exchange_account_id`, TIMESTAMP '1970-01-01 00:00:00', p.`symbol`, SUM(c.`open_positions`), SUM(c.`open_qty`),
       SUM(c.`open_cost`), SUM(c.`realized_quote`), SUM(c.`wins`), SUM(c.`losses`)
  FROM `trade_positions` p JOIN `counted_positions` c ON c.`position_id` = p.`id` GROUP BY p.`exchange_account_id`, p.`symbol`;
INSERT INTO `trading_totals` (`exchange_account_id`, `period_start`, `symbol`, `realized_quote`)
SELECT part.`account`, part.`quarter`, part.`symbol`, SUM(part.`realized`) FROM (
  SELECT `exchange_account_id` AS account, `symbol`, `realized_quote` AS realized,
         TIMESTAMPADD(MINUTE, TIMESTAMPDIFF(MINUTE, TIMESTAMP '1970-01-01 00:00:00', `filled_at`) DIV 15 * 15, TIMESTAMP '1970-01-01 00:00:00') AS quarter
    FROM `position_fills`
  UNION ALL
  SELECT p.`exchange_account_id`, p.`symbol`, c.`write_off`,
         TIMESTAMPADD(MINUTE, TIMESTAMPDIFF(MINUTE, TIMESTAMP '1970-01-01 00:00:00', c.`written_off_at`) DIV 15 * 15, TIMESTAMP '1970-01-01 00:00:00')
    FROM `trade_positions` p JOIN `counted_positions` c ON c.`position_id` = p.`id` WHERE c.`written_off_at` IS NOT NULL
) part GROUP BY part.`account`, part.`quarter`, part.`symbol` HAVING SUM(part.`realized`) <> 0;
UPDATE `trade_positions` SET `is_counted` = true, `updated_at` = `updated_at`;
UPDATE `position_fills` SET `is_counted` = true, `counted_quote` = `realized_quote`;
