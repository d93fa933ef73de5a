import { z } from 'zod';

/** The rule of an `idempotencyKey` in an input. */
export const idempotencyKey = z
  .string()
  .min(1, 'idempotencyKey must not be empty.')
  .max(80, 'idempotencyKey must have at most 80 characters.')
  .refine((key) => key === key.trim(), 'idempotencyKey must have no space at its ends.');

/** The description of an `idempotencyKey` in an input. */
export const KEY_DESCRIPTION =
  'Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever.';
