-- A source that runs dry: its signals are verified, read and stored, and what they would have traded is recorded here
-- instead of in trade_jobs.
ALTER TABLE `webhook_sources` ADD COLUMN `dry_run` BOOLEAN NOT NULL DEFAULT false;
-- Whether the source ran dry when the message came: it may have been switched since.
ALTER TABLE `webhook_receipts` ADD COLUMN `dry_run` BOOLEAN NOT NULL DEFAULT false;

CREATE TABLE `dry_runs` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_event_id` INTEGER NOT NULL,
    `exchange_account_id` INTEGER NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `side` VARCHAR(4) NOT NULL,
    `status` VARCHAR(16) NOT NULL,
    `reason_code` VARCHAR(48) NULL,
    `reason_message` VARCHAR(500) NULL,
    `order_type` VARCHAR(8) NULL,
    `quote_amount` DECIMAL(36, 18) NULL,
    `base_quantity` DECIMAL(36, 18) NULL,
    `limit_price` DECIMAL(36, 18) NULL,
    `price` DECIMAL(36, 18) NULL,
    `trace_json` JSON NULL,
    `created_at` DATETIME(3) NOT NULL,
    `decided_at` DATETIME(3) NULL,

    UNIQUE INDEX `dry_runs_webhook_event_id_key`(`webhook_event_id`),
    INDEX `dry_runs_status_created_at_idx`(`status`, `created_at`),
    INDEX `dry_runs_exchange_account_id_symbol_side_created_at_idx`(`exchange_account_id`, `symbol`, `side`, `created_at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

ALTER TABLE `dry_runs` ADD CONSTRAINT `dry_runs_webhook_event_id_fkey` FOREIGN KEY (`webhook_event_id`) REFERENCES `webhook_events`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `dry_runs` ADD CONSTRAINT `dry_runs_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
