-- Added: which process looks for the orders of an account whose fate is not known. One at a time: what an exchange allows
-- is used up otherwise.
CREATE TABLE `recovery_leases` (
    `exchange_account_id` INTEGER NOT NULL,
    `holder` VARCHAR(36) NOT NULL,
    `held_until` DATETIME(3) NOT NULL,

    PRIMARY KEY (`exchange_account_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- AddForeignKey
ALTER TABLE `recovery_leases` ADD CONSTRAINT `recovery_leases_exchange_account_id_fkey` FOREIGN KEY (`exchange_account_id`) REFERENCES `exchange_accounts`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
