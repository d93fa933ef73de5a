-- Refused signals of a source beyond the first of a minute: counted, because a row each would let a stranger fill the disk.
CREATE TABLE `webhook_refusal_counts` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_source_id` INTEGER NOT NULL,
    `minute` DATETIME(3) NOT NULL,
    `reason_code` VARCHAR(48) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `refused` INTEGER NOT NULL,
    PRIMARY KEY (`id`),
    UNIQUE INDEX `webhook_refusal_counts_webhook_source_id_minute_reason_code_key` (`webhook_source_id`, `minute`, `reason_code`),
    CONSTRAINT `webhook_refusal_counts_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE CASCADE ON UPDATE CASCADE
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
