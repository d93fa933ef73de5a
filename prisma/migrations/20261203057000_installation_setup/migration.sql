-- One row while an installation waits for its first administrator, and afterwards. The code is stored as its hash, by which
-- it is checked, and sealed, so that every process and the operator's command show the same one.
CREATE TABLE `installation_setup` (
  `id` INTEGER NOT NULL DEFAULT 1,
  `code_hash` CHAR(64) NOT NULL,
  `code_enc` VARCHAR(255) NOT NULL,
  `totp_secret_enc` VARCHAR(255) NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,
  `used_at` DATETIME(3) NULL,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
