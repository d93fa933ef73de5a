-- What an owner does to many things at once: entries that are paused, and plans that are executed item by item.

-- AlterTable
ALTER TABLE `users` ADD COLUMN `entries_paused_at` DATETIME(3) NULL;

-- AlterTable
ALTER TABLE `exchange_accounts` ADD COLUMN `entries_paused_at` DATETIME(3) NULL;

-- CreateTable
CREATE TABLE `owner_plans` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `kind` VARCHAR(16) NOT NULL,
    `dedupe_key` VARCHAR(120) NULL,
    `closes_positions` BOOLEAN NOT NULL,
    `filter_json` JSON NULL,
    `expires_at` DATETIME(3) NULL,
    `started_at` DATETIME(3) NULL,
    `finished_at` DATETIME(3) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `owner_plans_dedupe_key_key`(`dedupe_key`),
    INDEX `owner_plans_user_id_id_idx`(`user_id`, `id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `owner_plan_items` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `owner_plan_id` INTEGER NOT NULL,
    `exchange_account_id` INTEGER NOT NULL,
    `action` VARCHAR(16) NOT NULL,
    `entity_id` INTEGER NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `qty` DECIMAL(36, 18) NULL,
    `price` DECIMAL(36, 18) NULL,
    `value_quote` DECIMAL(36, 18) NULL,
    `profit_quote` DECIMAL(36, 18) NULL,
    `outcome` VARCHAR(16) NULL,
    `reason_code` VARCHAR(48) NULL,
    `reason_message` VARCHAR(500) NULL,
    `trade_job_id` INTEGER NULL,
    `done_at` DATETIME(3) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `owner_plan_items_owner_plan_id_action_entity_id_key`(`owner_plan_id`, `action`, `entity_id`),
    INDEX `owner_plan_items_exchange_account_id_idx`(`exchange_account_id`),
    INDEX `owner_plan_items_trade_job_id_idx`(`trade_job_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- AddForeignKey
ALTER TABLE `owner_plans` ADD CONSTRAINT `owner_plans_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `owner_plan_items` ADD CONSTRAINT `owner_plan_items_owner_plan_id_fkey` FOREIGN KEY (`owner_plan_id`) REFERENCES `owner_plans`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `owner_plan_items` ADD CONSTRAINT `owner_plan_items_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `owner_plan_items` ADD CONSTRAINT `owner_plan_items_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
