-- Accounts at real exchanges: the rest of their sealed credentials, what may be shown of them, what the exchange last
-- said about the key, and when the balances were read.

-- AlterTable
ALTER TABLE `exchange_accounts`
    MODIFY COLUMN `proxy_url` TEXT NULL,
    ADD COLUMN `api_passphrase_enc` TEXT NULL,
    ADD COLUMN `api_key_hint` VARCHAR(8) NULL,
    ADD COLUMN `proxy_hint` VARCHAR(300) NULL,
    ADD COLUMN `credentials_version` INTEGER NOT NULL DEFAULT 0,
    ADD COLUMN `connection_json` JSON NULL,
    ADD COLUMN `connection_tested_at` DATETIME(3) NULL,
    ADD COLUMN `balances_claimed_at` DATETIME(3) NULL,
    ADD COLUMN `balances_synced_at` DATETIME(3) NULL,
    ADD COLUMN `balances_fault` VARCHAR(32) NULL;
