import type { UpdatePositionExitsInput } from '../../gql/generated';
import { shiftPct, signOf } from '../../lib/decimal';
import {
  countFault,
  countOrNull,
  percentFault,
  PROFIT_MAX,
  profitFault,
  textOrNull,
  type Fault,
} from '../../lib/field-rules';
import { negated } from './exit-values';
import { targetFaults, targetsInput, type TargetForm } from '../../lib/target-rules';

/** The form values of the exits. Null means that the text is not a number; '' means empty. */
export interface ExitsForm {
  slEnabled: boolean;
  slPct: string | null;
  tpEnabled: boolean;
  tpPct: string | null;
  trailingEnabled: boolean;
  trailingDistancePct: string | null;
  trailingArmingPct: string | null;
  minProfitPct: string | null;
  timeStopHours: string;
  breakEvenAfterFirst: boolean;
  targets: TargetForm[];
}

interface ExitSettings {
  slEnabled: boolean;
  slPct: string | null;
  tpEnabled: boolean;
  tpPct: string | null;
  trailingEnabled: boolean;
  trailingDistancePct: string | null;
  trailingArmingPct: string | null;
  minProfitPct: string | null;
  timeStopHours: number | null;
  breakEvenAfterFirst: boolean;
  targets: readonly { id: string; pct: string; sharePct: string; triggeredAt: string | null }[];
}

/** The initial form: the current settings, and the targets that have not fired. */
export const formOfExits = (position: ExitSettings): ExitsForm => ({
  slEnabled: position.slEnabled,
  slPct: position.slPct ?? '',
  tpEnabled: position.tpEnabled,
  tpPct: position.tpPct ?? '',
  trailingEnabled: position.trailingEnabled,
  trailingDistancePct: position.trailingDistancePct ?? '',
  trailingArmingPct: position.trailingArmingPct ?? '',
  minProfitPct: position.minProfitPct ?? '',
  timeStopHours: position.timeStopHours === null ? '' : String(position.timeStopHours),
  breakEvenAfterFirst: position.breakEvenAfterFirst,
  targets: position.targets
    .filter(({ triggeredAt }) => triggeredAt === null)
    .map(({ id, pct, sharePct }) => ({ key: id, pct, sharePct })),
});

/** The faults by field name; those of a target are `targets.<index>.pct` and `.sharePct`. */
export const exitFaults = (form: ExitsForm): Record<string, Fault> => {
  const faults: Record<string, Fault> = {
    slPct: stopFault(form.slPct, form.slEnabled),
    tpPct: percentFault(form.tpPct, form.tpEnabled, PROFIT_MAX),
    trailingDistancePct: percentFault(form.trailingDistancePct, form.trailingEnabled, '99.99'),
    trailingArmingPct: profitFault(form.trailingArmingPct),
    minProfitPct: profitFault(form.minProfitPct),
    timeStopHours: countFault(form.timeStopHours, { least: 1, most: 8_760 }),
  };
  const wrong = Object.entries(faults).filter(([, fault]) => fault);
  return { ...Object.fromEntries(wrong), ...targetFaults(form.targets) };
};

/** A stop may lie above the opening price (below 0 percent), to keep a part of the profit. */
const stopFault = (pct: string | null, required: boolean): Fault => {
  if (pct === null || !/^(?:-\d|0+(?:\.0+)?$)/.test(pct)) return percentFault(pct, required);
  return /^0+(?:\.0+)?$/.test(pct) ? undefined : percentFault(pct.slice(1), false, PROFIT_MAX);
};

/** The input for the server. Every setting is sent, so that what is saved is what the user saw. */
export const exitsInput = (positionId: string, form: ExitsForm): UpdatePositionExitsInput => ({
  positionId,
  slEnabled: form.slEnabled,
  slPct: textOrNull(form.slPct),
  tpEnabled: form.tpEnabled,
  tpPct: textOrNull(form.tpPct),
  trailingEnabled: form.trailingEnabled,
  trailingDistancePct: textOrNull(form.trailingDistancePct),
  trailingArmingPct: textOrNull(form.trailingArmingPct),
  minProfitPct: textOrNull(form.minProfitPct),
  timeStopHours: countOrNull(form.timeStopHours),
  breakEvenAfterFirst: form.breakEvenAfterFirst,
  targets: targetsInput(form.targets),
});

/** The price that is a percentage above or below another price; null while that is not a number. */
export const priceAt = (from: string | null | undefined, pct: string | null, way: 'above' | 'below'): string | null => {
  if (!from || pct === null || !/^-?\d{1,18}(?:\.\d{1,18})?$/.test(pct) || signOf(from) <= 0) return null;
  return shiftPct(from, way === 'above' ? pct : (negated(pct) ?? pct));
};
