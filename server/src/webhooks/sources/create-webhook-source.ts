import type { ConfirmPassword } from '../../auth/confirm-password.js';
import type { Context } from '../../context.js';
import { receiptId } from '../ingest/receipt-id.js';
import { withinQuota } from '../../users/within-quota.js';
import { invalidInput, newSource, withTradingView, type NewSource, type SourceChanged } from './source-settings.js';
import { insertSource } from './webhook-source.store.js';

/**
 * Creates a source with an address that cannot be guessed. Its mode never changes. A source for real money needs the
 * password. Refusal: QUOTA_REACHED, and of its settings.
 */
export async function createWebhookSource(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  input: NewSource,
  confirmPassword: ConfirmPassword,
): Promise<SourceChanged> {
  const parsed = newSource.safeParse(input);
  if (!parsed.success) return invalidInput(parsed.error);
  const settings = parsed.data;
  if (settings.tradeMode === 'REAL') await confirmPassword();
  return withinQuota({ db }, { userId: ownerUserId, what: 'sources' }, async () => {
    const source = await insertSource(db, {
      owner_user_id: ownerUserId,
      label: settings.label,
      webhook_code: receiptId().toLowerCase(),
      trade_mode: settings.tradeMode,
      allowed_ips_json: withTradingView(settings.allowedIps, settings.allowTradingView),
      require_signature: settings.requireSignature,
      rate_limit_per_min: settings.rateLimitPerMin,
      identity_window_sec: settings.identityWindowSec,
      max_lag_sec: settings.maxLagSec,
      dry_run: settings.dryRun,
    });
    return { ok: true, source };
  });
}
