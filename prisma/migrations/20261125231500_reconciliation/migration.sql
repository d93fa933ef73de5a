-- What an account at an exchange has beside what we did there: how far it was compared, and what others did.

-- AlterTable
CREATE INDEX `trade_executions_exchange_account_id_exchange_order_id_idx` ON `trade_executions`(`exchange_account_id`, `exchange_order_id`);

-- CreateTable
CREATE TABLE `account_syncs` (
    `exchange_account_id` INTEGER NOT NULL,
    `attempted_at` DATETIME(3) NULL,
    `reconciled_at` DATETIME(3) NULL,
    `failing_since` DATETIME(3) NULL,
    `error_message` VARCHAR(500) NULL,

    PRIMARY KEY (`exchange_account_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `trade_cursors` (
    `exchange_account_id` INTEGER NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `synced_until` DATETIME(3) NOT NULL,

    PRIMARY KEY (`exchange_account_id`, `symbol`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `foreign_orders` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `exchange_account_id` INTEGER NOT NULL,
    `symbol` VARCHAR(40) NOT NULL,
    `exchange_order_id` VARCHAR(64) NOT NULL,
    `client_order_id` VARCHAR(64) NULL,
    `side` VARCHAR(4) NOT NULL,
    `order_type` VARCHAR(8) NULL,
    `status` VARCHAR(20) NOT NULL,
    `quantity` DECIMAL(36, 18) NULL,
    `limit_price` DECIMAL(36, 18) NULL,
    `executed_qty` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `placed_at` DATETIME(3) NOT NULL,
    `dismissed_at` DATETIME(3) NULL,
    `position_id` INTEGER NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `foreign_orders_exchange_account_id_symbol_exchange_order_id_key`(`exchange_account_id`, `symbol`, `exchange_order_id`),
    INDEX `foreign_orders_exchange_account_id_dismissed_at_id_idx`(`exchange_account_id`, `dismissed_at`, `id`),
    INDEX `foreign_orders_position_id_idx`(`position_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `foreign_trades` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `foreign_order_id` INTEGER NOT NULL,
    `trade_id` VARCHAR(64) NOT NULL,
    `qty` DECIMAL(36, 18) NOT NULL,
    `price` DECIMAL(36, 18) NOT NULL,
    `fee_amount` DECIMAL(36, 18) NOT NULL DEFAULT 0,
    `fee_asset` VARCHAR(32) NULL,
    `traded_at` DATETIME(3) NOT NULL,

    UNIQUE INDEX `foreign_trades_foreign_order_id_trade_id_key`(`foreign_order_id`, `trade_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- AddForeignKey
ALTER TABLE `account_syncs` ADD CONSTRAINT `account_syncs_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `trade_cursors` ADD CONSTRAINT `trade_cursors_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `foreign_orders` ADD CONSTRAINT `foreign_orders_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `foreign_orders` ADD CONSTRAINT `foreign_orders_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `foreign_trades` ADD CONSTRAINT `foreign_trades_foreign_order_id_fkey` FOREIGN KEY (`foreign_order_id`) REFERENCES `foreign_orders`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
