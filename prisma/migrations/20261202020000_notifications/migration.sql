-- Notifications: what happened, whom it is told through which channel, every attempt, and the settings of people and of
-- the installation. Webhooks out are channels of the kind WEBHOOK.

-- CreateTable
CREATE TABLE `notification_cursors` (
    `user_id` INTEGER NOT NULL,
    `seq` BIGINT NOT NULL DEFAULT 0,
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_settings` (
    `user_id` INTEGER NOT NULL,
    `locale` VARCHAR(8) NOT NULL DEFAULT 'pt-BR',
    `time_zone` VARCHAR(64) NOT NULL DEFAULT 'America/Sao_Paulo',
    `quiet_from_min` INTEGER NULL,
    `quiet_to_min` INTEGER NULL,
    `digest_every_hours` INTEGER NOT NULL DEFAULT 24,
    `digest_at_min` INTEGER NOT NULL DEFAULT 480,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`user_id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_rules` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `type` VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `mode` VARCHAR(8) NOT NULL,
    `channel_ids_json` JSON NULL,
    `ignores_quiet_hours` BOOLEAN NOT NULL DEFAULT false,

    UNIQUE INDEX `notification_rules_user_id_type_key`(`user_id`, `type`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_templates` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `type` VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `body` TEXT NOT NULL,
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `notification_templates_user_id_type_key`(`user_id`, `type`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_channels` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `kind` VARCHAR(16) NOT NULL,
    `label` VARCHAR(120) NOT NULL,
    `address_hint` VARCHAR(190) NOT NULL,
    `address_hash` CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `config_enc` TEXT NOT NULL,
    `webhook_source_id` INTEGER NULL,
    `scanned_until` DATETIME(3) NULL,
    `events_json` JSON NULL,
    `selection` TEXT NULL,
    `is_enabled` BOOLEAN NOT NULL DEFAULT true,
    `enabled_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `disabled_reason` VARCHAR(48) NULL,
    `holder` VARCHAR(36) NULL,
    `held_until` DATETIME(3) NULL,
    `retry_at` DATETIME(3) NULL,
    `failures` INTEGER NOT NULL DEFAULT 0,
    `failing_since` DATETIME(3) NULL,
    `is_broken` BOOLEAN NOT NULL DEFAULT false,
    `alerted_at` DATETIME(3) NULL,
    `last_error` VARCHAR(500) NULL,
    `last_sent_at` DATETIME(3) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `notification_channels_webhook_source_id_key`(`webhook_source_id`),
    INDEX `notification_channels_user_id_idx`(`user_id`),
    INDEX `notification_channels_failing_since_idx`(`failing_since`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_events` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `type` VARCHAR(32) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `event_key` VARCHAR(96) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `facts_json` JSON NOT NULL,
    `position_id` INTEGER NULL,
    `fill_id` INTEGER NULL,
    `trade_job_id` INTEGER NULL,
    `alert_id` INTEGER NULL,
    `webhook_event_id` INTEGER NULL,
    `vault_id` INTEGER NULL,
    `occurred_at` DATETIME(3) NOT NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `notification_events_user_id_event_key_key`(`user_id`, `event_key`),
    INDEX `notification_events_created_at_idx`(`created_at`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_deliveries` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `user_id` INTEGER NOT NULL,
    `channel_id` INTEGER NOT NULL,
    `event_id` INTEGER NOT NULL,
    `status` VARCHAR(12) NOT NULL,
    `mode` VARCHAR(8) NOT NULL,
    `leader_id` INTEGER NULL,
    `due_at` DATETIME(3) NOT NULL,
    `attempts` INTEGER NOT NULL DEFAULT 0,
    `claim` CHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NULL,
    `message_id` CHAR(36) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `message` MEDIUMTEXT NULL,
    `unknown_since` DATETIME(3) NULL,
    `repeats` INTEGER NOT NULL DEFAULT 0,
    `attempted_at` DATETIME(3) NULL,
    `sent_at` DATETIME(3) NULL,
    `error` VARCHAR(500) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `notification_deliveries_event_id_channel_id_key`(`event_id`, `channel_id`),
    INDEX `notification_deliveries_channel_id_status_due_at_idx`(`channel_id`, `status`, `due_at`),
    INDEX `notification_deliveries_status_due_at_idx`(`status`, `due_at`),
    INDEX `notification_deliveries_user_id_created_at_idx`(`user_id`, `created_at`),
    INDEX `notification_deliveries_user_id_status_created_at_idx`(`user_id`, `status`, `created_at`),
    INDEX `notification_deliveries_user_id_channel_id_created_at_idx`(`user_id`, `channel_id`, `created_at`),
    INDEX `notification_deliveries_leader_id_idx`(`leader_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_attempts` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `delivery_id` INTEGER NOT NULL,
    `attempt` INTEGER NOT NULL,
    `outcome` VARCHAR(12) NOT NULL,
    `http_status` INTEGER NULL,
    `answer` VARCHAR(500) NULL,
    `duration_ms` INTEGER NULL,
    `started_at` DATETIME(3) NOT NULL,

    UNIQUE INDEX `notification_attempts_delivery_id_attempt_key`(`delivery_id`, `attempt`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- CreateTable
CREATE TABLE `notification_servers` (
    `id` INTEGER NOT NULL,
    `smtp_url_enc` TEXT NULL,
    `smtp_hint` VARCHAR(190) NULL,
    `mail_from` VARCHAR(190) NULL,
    `vapid_public_key` VARCHAR(190) NULL,
    `vapid_private_key_enc` TEXT NULL,
    `updated_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3) ON UPDATE CURRENT_TIMESTAMP(3),

    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- The server of Evolution API: which body its version wants, and the last known state of its connection.
ALTER TABLE `whatsapp_global_configs`
  ADD COLUMN `uses_old_body` BOOLEAN NOT NULL DEFAULT false,
  ADD COLUMN `connection_state` VARCHAR(16) NULL,
  ADD COLUMN `connection_checked_at` DATETIME(3) NULL;

-- AddForeignKey
ALTER TABLE `notification_cursors` ADD CONSTRAINT `notification_cursors_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_settings` ADD CONSTRAINT `notification_settings_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_rules` ADD CONSTRAINT `notification_rules_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_templates` ADD CONSTRAINT `notification_templates_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_channels` ADD CONSTRAINT `notification_channels_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_channels` ADD CONSTRAINT `notification_channels_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_events` ADD CONSTRAINT `notification_events_user_id_fkey` FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_deliveries` ADD CONSTRAINT `notification_deliveries_channel_id_fkey` FOREIGN KEY (`channel_id`) REFERENCES `notification_channels`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_deliveries` ADD CONSTRAINT `notification_deliveries_event_id_fkey` FOREIGN KEY (`event_id`) REFERENCES `notification_events`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE `notification_attempts` ADD CONSTRAINT `notification_attempts_delivery_id_fkey` FOREIGN KEY (`delivery_id`) REFERENCES `notification_deliveries`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- What happened before this update is told to nobody. A user without a row here is new.
INSERT INTO `notification_cursors` (`user_id`, `seq`)
SELECT u.`id`, COALESCE(c.`seq`, 0) FROM `users` u LEFT JOIN `live_cursors` c ON c.`user_id` = u.`id`;
