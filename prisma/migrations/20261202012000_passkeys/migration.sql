-- Passkeys (WebAuthn), and the challenges that were used, so that no answer counts twice.
CREATE TABLE `passkeys` (
  `id` INTEGER NOT NULL AUTO_INCREMENT,
  `user_id` INTEGER NOT NULL,
  `credential_id` VARCHAR(512) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `public_key` VARCHAR(2048) NOT NULL,
  `counter` BIGINT NOT NULL DEFAULT 0,
  `transports` VARCHAR(120) NULL,
  `name` VARCHAR(80) NOT NULL,
  `is_backed_up` BOOLEAN NOT NULL DEFAULT false,
  `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  `last_used_at` DATETIME(3) NULL,

  UNIQUE INDEX `passkeys_credential_id_key`(`credential_id`),
  INDEX `passkeys_user_id_idx`(`user_id`),
  PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

ALTER TABLE `passkeys` ADD CONSTRAINT `passkeys_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

CREATE TABLE `used_passkey_challenges` (
  `hash` CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
  `expires_at` DATETIME(3) NOT NULL,

  INDEX `used_passkey_challenges_expires_at_idx`(`expires_at`),
  PRIMARY KEY (`hash`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
