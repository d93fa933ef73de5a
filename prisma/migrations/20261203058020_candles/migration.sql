-- The price history of charts: single seconds, packed by minute, and candles of a minute, an hour and a day.
CREATE TABLE `price_seconds` (
    `price_key` VARCHAR(96) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `minute_at` DATETIME(3) NOT NULL,
    `seconds` MEDIUMTEXT NOT NULL,

    INDEX `price_seconds_minute_at_idx`(`minute_at`),
    PRIMARY KEY (`price_key`, `minute_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

CREATE TABLE `price_candles` (
    `price_key` VARCHAR(96) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `interval_s` INTEGER NOT NULL,
    `opened_at` DATETIME(3) NOT NULL,
    `open` DECIMAL(36, 18) NOT NULL,
    `high` DECIMAL(36, 18) NOT NULL,
    `low` DECIMAL(36, 18) NOT NULL,
    `close` DECIMAL(36, 18) NOT NULL,

    INDEX `price_candles_interval_s_opened_at_idx`(`interval_s`, `opened_at`),
    PRIMARY KEY (`price_key`, `interval_s`, `opened_at`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
