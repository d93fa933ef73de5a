-- One row while nothing may trade with real money in this installation; no row = trading goes on.
CREATE TABLE `trading_halt` (
  `id` INTEGER NOT NULL DEFAULT 1,
  `halted_at` DATETIME(3) NOT NULL,
  `reason` VARCHAR(255) NOT NULL,
  `halted_by_user_id` INTEGER NULL,
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
