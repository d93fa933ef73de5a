import type { Context } from '../../context.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { fromJson } from '../../infra/database/database.js';
import {
  done,
  invalidInput,
  notFound,
  sourceChanges,
  withTradingView,
  type SourceChanges,
  type SourceOutcome,
} from './source-settings.js';

/** Changes what was given and leaves the rest. The owner's sources only; the administrator's lock is not the owner's. */
export async function updateWebhookSource(
  { db }: Pick<Context, 'db'>,
  ownerUserId: number,
  input: SourceChanges,
): Promise<SourceOutcome<WebhookSource>> {
  const parsed = sourceChanges.safeParse(input);
  if (!parsed.success) return invalidInput(parsed.error);
  const { id, label, allowedIps, allowTradingView, maxLagSec, isActive, ...rest } = parsed.data;
  const source = await db.prisma.webhookSource.findFirst({ where: { id, owner_user_id: ownerUserId } });
  if (!source) return notFound('webhook source');
  const listChanges = typeof allowTradingView === 'boolean' || Array.isArray(allowedIps);
  const list = allowedIps ?? fromJson<string[]>(source.allowed_ips_json) ?? [];
  const changed = await db.prisma.webhookSource.update({
    where: { id },
    data: {
      ...(label != null && { label }),
      ...(listChanges && { allowed_ips_json: withTradingView(list, allowTradingView) }),
      ...(rest.requireSignature != null && { require_signature: rest.requireSignature }),
      ...(rest.rateLimitPerMin != null && { rate_limit_per_min: rest.rateLimitPerMin }),
      ...(rest.identityWindowSec != null && { identity_window_sec: rest.identityWindowSec }),
      ...(maxLagSec !== undefined && { max_lag_sec: maxLagSec }),
      ...(isActive != null && { is_active: isActive }),
    },
  });
  return done(changed);
}
