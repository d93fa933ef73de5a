-- What an owner taught a source, and what each message said, so that a phrase can be tried before it counts.

-- CreateTable: a phrase is compared in its normalised form, byte by byte.
CREATE TABLE `webhook_source_phrases` (
    `id` INTEGER NOT NULL AUTO_INCREMENT,
    `webhook_source_id` INTEGER NOT NULL,
    `phrase` VARCHAR(160) NOT NULL,
    `phrase_normalized` VARCHAR(160) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `meaning` VARCHAR(16) NOT NULL,
    `created_by_user_id` INTEGER NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),

    UNIQUE INDEX `webhook_source_phrases_webhook_source_id_phrase_normalized_key`(`webhook_source_id`, `phrase_normalized`),
    INDEX `webhook_source_phrases_created_by_user_id_idx`(`created_by_user_id`),
    PRIMARY KEY (`id`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;

-- AlterTable: the message without its tokens, and the words or fields that stopped an unreadable one.
ALTER TABLE `webhook_receipts` ADD COLUMN `raw_message` TEXT NULL,
    ADD COLUMN `unread_json` JSON NULL;

-- AddForeignKey
ALTER TABLE `webhook_source_phrases` ADD CONSTRAINT `webhook_source_phrases_webhook_source_id_fkey` FOREIGN KEY (`webhook_source_id`) REFERENCES `webhook_sources`(`id`) ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE `webhook_source_phrases` ADD CONSTRAINT `webhook_source_phrases_created_by_user_id_fkey` FOREIGN KEY (`created_by_user_id`) REFERENCES `users`(`id`) ON DELETE SET NULL ON UPDATE CASCADE;
