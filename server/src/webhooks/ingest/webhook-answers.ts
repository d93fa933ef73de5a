import { z } from 'zod';
import { JOB_STATUSES, SIGNAL_ACTIONS } from '../../core/domain.js';
import { REASONS, type ReasonCode } from '../../core/reasons.js';
import type { Remedy } from '../../core/reason-remedies.js';

/** The shapes of the REST routes. They type the routes, and the OpenAPI document is generated from them. */

const reasonCode = z.enum(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]);
const receipt = z
  .string()
  .regex(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  .meta({ description: 'Public id of the receipt of this POST.', example: '5ZK3N1Q8V7X4B2M6C9D0E1F3GH' });

export const reason = z
  .object({ code: reasonCode, message: z.string() })
  .meta({ description: 'Why something was refused, skipped or not understood: a stable code and a sentence.' });

export const signalAnswer = z.object({
  receipt,
  event_uid: z.string().max(191).meta({ description: 'The id of the signal. A repeat has the same id.' }),
  action: z.enum(SIGNAL_ACTIONS),
  symbol: z.string().nullable().meta({ description: "The symbol in ccxt's form.", example: 'SOL/USDT' }),
  accounts: z.int().min(0).meta({ description: 'How many accounts the signal went to.' }),
  duplicate: z.boolean().meta({ description: 'True when the same signal arrived before; then nothing was created.' }),
  dry_run: z
    .literal(true)
    .optional()
    .meta({ description: 'The source runs dry: the receipt says what would have been traded, and nothing is.' }),
  reason: reason.optional().meta({ description: 'With action UNKNOWN: what could not be read.' }),
});

/** Codes of refusals that do not belong to a known source. */
export const HTTP_ERRORS = {
  METHOD_NOT_ALLOWED: 'Signals are sent with POST.',
  RECEIPT_NOT_FOUND: 'There is no such receipt at this address.',
  SERVICE_UNAVAILABLE:
    'The signal could not be stored now. Send the same again: a repeat with its own id or time is never traded twice, one without them is not traded twice within the time window of the source.',
} as const;
export type HttpErrorCode = keyof typeof HTTP_ERRORS;

/** The remedy of each of them; those of reasons are in core/reason-remedies.ts. */
export const HTTP_REMEDIES: Readonly<Record<HttpErrorCode, Remedy>> = {
  METHOD_NOT_ALLOWED: ['no', 'Send POST.'],
  RECEIPT_NOT_FOUND: [
    'no',
    'Copy the receipt and the address of its source again. Refused signals may have no receipt.',
  ],
  SERVICE_UNAVAILABLE: ['yes', 'Send the same again after `Retry-After` seconds.'],
};

export const errorAnswer = z.object({
  error: z.object({
    code: z.enum([
      ...(Object.keys(REASONS) as [ReasonCode, ...ReasonCode[]]),
      ...(Object.keys(HTTP_ERRORS) as HttpErrorCode[]),
    ]),
    message: z.string().meta({ description: 'What to change.' }),
  }),
  receipt: receipt
    .optional()
    .meta({ description: 'Missing when so many were refused in this minute that they are only counted.' }),
});

export const PROGRESS = ['QUEUED', 'WAITING', 'CLAIMED', 'SENT', 'ACKNOWLEDGED', 'FILLED', 'BOOKED'] as const;

export const receiptAnswer = z.object({
  receipt,
  received_at: z.iso.datetime(),
  outcome: z.enum(['ACCEPTED', 'REFUSED']),
  http_status: z.int(),
  reason: reason.nullable(),
  event_uid: z.string().nullable(),
  action: z.enum(SIGNAL_ACTIONS).nullable(),
  symbol: z.string().nullable(),
  duplicates: z.int().min(0).meta({ description: 'How many repeats of the same signal arrived.' }),
  accounts: z
    .array(
      z.object({
        status: z.enum([...JOB_STATUSES, 'WOULD_TRADE', 'WOULD_SKIP', 'NOT_TRADED']).meta({
          description:
            'NOT_TRADED: the signal was not understood. WOULD_TRADE and WOULD_SKIP: the source runs dry, so nothing was traded.',
        }),
        reason: reason.nullable(),
        progress: z.enum(PROGRESS).nullable().meta({ description: 'The furthest stage reached.' }),
      }),
    )
    .meta({ description: 'One entry for each account the signal went to, without saying which.' }),
});

export type SignalAnswer = z.infer<typeof signalAnswer>;
export type ErrorAnswer = z.infer<typeof errorAnswer>;
export type ReceiptAnswer = z.infer<typeof receiptAnswer>;
