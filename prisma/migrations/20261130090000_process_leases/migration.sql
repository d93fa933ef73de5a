-- Added: which process does what only one does at a time (the price feed of a venue and its triggers), by the database's
-- clock, because it must go on while Redis is away.
CREATE TABLE `process_leases` (
    `name` VARCHAR(64) NOT NULL,
    `holder` VARCHAR(36) NOT NULL,
    `held_until` DATETIME(3) NOT NULL,

    PRIMARY KEY (`name`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- Added: the latest prices, written only while a process cannot hear them through Redis.
CREATE TABLE `shared_prices` (
    `price_key` VARCHAR(96) NOT NULL,
    `last` DECIMAL(36, 18) NOT NULL,
    `bid` DECIMAL(36, 18) NULL,
    `ask` DECIMAL(36, 18) NULL,
    `seen_at` DATETIME(3) NOT NULL,
    `source` VARCHAR(64) NOT NULL,
    `term` BIGINT NOT NULL,
    `seq` BIGINT NOT NULL,
    `written_at` DATETIME(3) NOT NULL,

    INDEX `shared_prices_written_at_idx`(`written_at`),
    PRIMARY KEY (`price_key`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
