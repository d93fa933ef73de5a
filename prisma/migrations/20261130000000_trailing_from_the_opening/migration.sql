-- A trailing stop follows the price from the opening on, whoever watches the position and from when on.

-- AlterTable
ALTER TABLE `trade_positions` ADD COLUMN `exits_since` DATETIME(3) NULL;

-- Open positions: the maximum of a trailing stop that waits for no profit is never below the opening price.
UPDATE `trade_positions`
   SET `trailing_armed_at` = COALESCE(`trailing_armed_at`, `created_at`),
       `trailing_max_price` = GREATEST(COALESCE(`trailing_max_price`, `price_open`), `price_open`),
       `updated_at` = `updated_at`
 WHERE `status` = 'OPEN' AND `trailing_enabled` AND `trailing_arming_pct` IS NULL;
