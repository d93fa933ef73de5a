-- What a position cost with every fee, what of it was not in the wallet when it was sold, and why it cannot be sold now.
-- cost_quote is NULL in rows of before: server/src/trading/recompute-results.ts works them out from their fills.
ALTER TABLE trade_positions
  ADD COLUMN cost_quote DECIMAL(36, 18) NULL,
  ADD COLUMN fee_qty DECIMAL(36, 18) NOT NULL DEFAULT 0,
  ADD COLUMN shortfall_qty DECIMAL(36, 18) NOT NULL DEFAULT 0,
  ADD COLUMN shortfall_value_quote DECIMAL(36, 18) NOT NULL DEFAULT 0,
  ADD COLUMN write_off_quote DECIMAL(36, 18) NOT NULL DEFAULT 0,
  ADD COLUMN written_off_at DATETIME(3) NULL,
  ADD COLUMN unsellable_reason VARCHAR(48) NULL,
  ADD COLUMN unsellable_at DATETIME(3) NULL;

ALTER TABLE trade_jobs ADD COLUMN missing_quantity DECIMAL(36, 18) NULL;
