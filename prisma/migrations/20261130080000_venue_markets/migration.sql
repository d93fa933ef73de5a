-- What each exchange trades, as the processes that talk to it read it last: a signal's ticker is split by these.

-- CreateTable
CREATE TABLE `venue_markets` (
    `venue` VARCHAR(40) NOT NULL,
    `markets_json` LONGTEXT NOT NULL,
    `read_at` DATETIME(3) NOT NULL,

    PRIMARY KEY (`venue`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
