-- The list of bindings, in pages.
CREATE INDEX `account_webhook_bindings_webhook_source_id_created_at_idx` ON `account_webhook_bindings`(`webhook_source_id`, `created_at`);
