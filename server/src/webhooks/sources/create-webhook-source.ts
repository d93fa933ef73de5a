import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { receiptId } from '../ingest/receipt-id.js';
import {
  done,
  invalidInput,
  newSource,
  withTradingView,
  type NewSource,
  type SourceOutcome,
} from './source-settings.js';

/** Makes a source with an address nobody can guess. Its mode stays for ever. */
export async function createWebhookSource(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  input: NewSource,
): Promise<SourceOutcome<WebhookSource>> {
  const parsed = newSource.safeParse(input);
  if (!parsed.success) return invalidInput(parsed.error);
  const settings = parsed.data;
  const source = await db.prisma.webhookSource.create({
    data: {
      owner_user_id: ownerUserId,
      label: settings.label,
      webhook_code: receiptId().toLowerCase(),
      trade_mode: settings.tradeMode,
      allowed_ips_json: withTradingView(settings.allowedIps, settings.allowTradingView),
      require_signature: settings.requireSignature,
      rate_limit_per_min: settings.rateLimitPerMin,
      identity_window_sec: settings.identityWindowSec,
      max_lag_sec: settings.maxLagSec,
    },
  });
  return done(source);
}
