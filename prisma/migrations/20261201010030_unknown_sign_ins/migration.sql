-- Sign-ins with an address that no user has. They are written so that they cost the same as those of a user. The number
-- of rows is bounded: a later one takes the slot of an earlier one.
CREATE TABLE `unknown_sign_ins` (
    `slot` INTEGER NOT NULL,
    `email_hash` CHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    `ip` VARCHAR(45) NULL,
    `user_agent` VARCHAR(512) NULL,
    `created_at` DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
    PRIMARY KEY (`slot`)
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;
