-- What a guard needs to fail closed: why the price of a signal could not be read, and how far a price may be from the
-- market to rest as a limit.

-- AlterTable
ALTER TABLE `webhook_events`
    ADD COLUMN `price_unread` VARCHAR(200) NULL;

-- AlterTable
ALTER TABLE `trade_parameters`
    ADD COLUMN `limit_price_band_pct` DECIMAL(5, 2) NOT NULL DEFAULT 10;
