import { z } from 'zod';
import { TRADE_MODES } from '../../core/domain.js';
import { isVisibleText } from '../../core/visible-text.js';
import { D } from '../../core/money/money.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import type { WebhookSource } from '../../generated/prisma/client.js';
import { parseIpRule, TRADINGVIEW_IPS } from '../ingest/ip-rules.js';

/** The result of a change of a source. */
export type SourceChanged = { ok: true; source: WebhookSource } | Refusal;

export const noSource = () => refuse('SOURCE_NOT_FOUND', 'There is no such webhook source.');
export const invalid = (field: string, message: string): Refusal => ({ ...refuse('INVALID_INPUT', message), field });

const IPS_MAX = 200;
const ip = z
  .string()
  .trim()
  .refine((text) => parseIpRule(text) !== null, 'is neither an address nor a CIDR range such as 10.0.0.0/8');

const fields = {
  label: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(120, 'must have at most 120 characters')
    .refine(isVisibleText, 'must not have control characters or invisible ones'),
  allowedIps: z.array(ip).max(IPS_MAX, `must have at most ${IPS_MAX} entries`),
  requireSignature: z.boolean(),
  rateLimitPerMin: z.int().min(1, 'must be at least 1').max(6_000, 'must be at most 6000'),
  identityWindowSec: z.int().min(0, 'must not be negative').max(86_400, 'must be at most a day (86400)'),
  maxLagSec: z.int().min(1, 'must be at least 1').max(86_400, 'must be at most a day (86400)').nullable(),
};

export const newSource = z.object({
  label: fields.label,
  tradeMode: z.enum(TRADE_MODES),
  allowedIps: fields.allowedIps.nullish().transform((list) => list ?? []),
  allowTradingView: z.boolean().nullish(),
  requireSignature: fields.requireSignature.nullish().transform((value) => value ?? false),
  rateLimitPerMin: fields.rateLimitPerMin.nullish().transform((value) => value ?? 60),
  identityWindowSec: fields.identityWindowSec.nullish().transform((value) => value ?? 30),
  maxLagSec: fields.maxLagSec.nullish().transform((value) => value ?? null),
  dryRun: z
    .boolean()
    .nullish()
    .transform((value) => value ?? false),
});
export type NewSource = z.input<typeof newSource>;

export const sourceChanges = z.object({
  id: z.int(),
  label: fields.label.nullish(),
  allowedIps: fields.allowedIps.nullish(),
  allowTradingView: z.boolean().nullish(),
  requireSignature: fields.requireSignature.nullish(),
  rateLimitPerMin: fields.rateLimitPerMin.nullish(),
  identityWindowSec: fields.identityWindowSec.nullish(),
  /** Null removes the limit. */
  maxLagSec: fields.maxLagSec.optional(),
  isActive: z.boolean().nullish(),
  dryRun: z.boolean().nullish(),
});
export type SourceChanges = z.input<typeof sourceChanges>;
export type ParsedChanges = z.output<typeof sourceChanges>;

/** Factor on the size of the account's orders; null = 1. */
export const bindingWeight = z
  .string()
  .regex(/^\d{1,4}(?:\.\d{1,18})?$/, { error: 'must be a decimal such as 0.5', abort: true })
  .refine((text) => new D(text).gt(0) && new D(text).lte(1000), 'must be above 0 and at most 1000');

/** The first error of a parse, as a refusal. */
export function invalidInput(error: z.ZodError): Refusal {
  const [issue] = error.issues;
  const field = String(issue?.path[0] ?? 'input');
  return invalid(field, `${issue?.path.join('.') ?? field} ${issue?.message ?? 'is not valid'}`);
}

/** The list with TradingView's addresses added (true) or removed (false), each entry once. */
export function withTradingView(list: readonly string[], allow: boolean | null | undefined): string[] {
  const others = allow === false ? list.filter((entry) => !TRADINGVIEW_IPS.includes(entry)) : list;
  return [...new Set(allow === true ? [...others, ...TRADINGVIEW_IPS] : others)];
}
