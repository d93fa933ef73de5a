-- E-mail addresses are stored in one form (core/email.ts: NFC, no spaces around, lower case) and compare by bytes.
-- The key compared without case and accents before, so no two rows become the same.
UPDATE `users` SET `email` = LOWER(TRIM(`email`));
ALTER TABLE `users` MODIFY `email` VARCHAR(190) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL;
