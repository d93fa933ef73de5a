-- Exits: what the triggers need to know of a position, and what they write down when one fires.

-- AlterTable
ALTER TABLE `trade_positions`
    ADD COLUMN `trailing_arming_pct` DECIMAL(5, 2) NULL,
    ADD COLUMN `trailing_armed_at` DATETIME(3) NULL,
    ADD COLUMN `trailing_version` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `time_stop_hours` INTEGER NULL,
    ADD COLUMN `break_even_after_first` BOOLEAN NOT NULL DEFAULT false;

-- CreateIndex
CREATE INDEX `trade_positions_updated_at_idx` ON `trade_positions`(`updated_at`);

-- AlterTable
ALTER TABLE `trade_jobs`
    ADD COLUMN `exit_reason` VARCHAR(24) NULL,
    ADD COLUMN `exit_price` DECIMAL(36, 18) NULL,
    ADD COLUMN `tick_at` DATETIME(3) NULL,
    ADD COLUMN `decided_at` DATETIME(3) NULL;

-- CreateTable
CREATE TABLE `position_targets` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `position_id` INTEGER NOT NULL,
    `ordinal` INTEGER NOT NULL,
    `pct` DECIMAL(5, 2) NOT NULL,
    `share_pct` DECIMAL(5, 2) NOT NULL,
    `triggered_at` DATETIME(3) NULL,
    `trade_job_id` INTEGER NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `position_targets_position_id_ordinal_key`(`position_id`, `ordinal`),
    INDEX `position_targets_trade_job_id_idx`(`trade_job_id`),
    PRIMARY KEY (`id`),
    CONSTRAINT `position_targets_share_check` CHECK (`share_pct` > 0 AND `share_pct` <= 100)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- AddForeignKey
ALTER TABLE `position_targets` ADD CONSTRAINT `position_targets_position_id_fkey` FOREIGN KEY (`position_id`) REFERENCES `trade_positions`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `position_targets` ADD CONSTRAINT `position_targets_trade_job_id_fkey` FOREIGN KEY (`trade_job_id`) REFERENCES `trade_jobs`(`id`) ON DELETE RESTRICT ON UPDATE CASCADE;
