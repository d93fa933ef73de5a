import type { ReasonCode } from '../reasons.js';

/** The open alert of a position that could not be sold. */
export const unsellableKey = (positionId: number): string => `POSITION_UNSELLABLE:position:${positionId}`;

const ADVICE: Partial<Record<ReasonCode, string>> = {
  HOLDING_MISSING: 'Bring the coins back, or close the position as reconciled when they are gone for good.',
  HOLDING_LOCKED: 'Cancel the other orders at the exchange.',
  EXIT_BELOW_MINIMUM: 'It is sold when it is worth enough again.',
};

/** The alert for the owner when an exit was due and nothing of the position could be sold. */
export const unsellableAlert = ({
  positionId,
  symbol,
  code,
  message,
}: {
  positionId: number;
  symbol: string;
  code: ReasonCode;
  message: string;
}) => ({
  type: 'POSITION_UNSELLABLE' as const,
  severity: 'critical' as const,
  message:
    `Position ${positionId} (${symbol}) stays open although it was to be sold. ${message} ${ADVICE[code] ?? ''}`.trim(),
  openKey: unsellableKey(positionId),
});
