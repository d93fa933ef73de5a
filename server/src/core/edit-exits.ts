import { d, sum, type D } from './money.js';
import { refuse, type Refusal } from './reasons.js';

export interface TargetInput {
  /** The profit that reaches it and the share of the whole position it sells, per cent. */
  pct: string;
  sharePct: string;
}

/** The exits of a position as its owner sets them. Percentages are decimals with at most two places. */
export interface ExitSettings {
  slEnabled: boolean;
  slPct: string | null;
  tpEnabled: boolean;
  tpPct: string | null;
  minProfitPct: string | null;
  trailingEnabled: boolean;
  trailingDistancePct: string | null;
  /** The profit that arms the trailing stop; null = at once. */
  trailingArmingPct: string | null;
  timeStopHours: number | null;
  breakEvenAfterFirst: boolean;
}

/** What is left out stays as it is. `targets` replaces those that have not fired yet. */
export type ExitChanges = Partial<ExitSettings> & { targets?: readonly TargetInput[] };

export interface FiredTargets {
  count: number;
  /** Sum of their shares, per cent. */
  share: D;
}

export interface EditedExits {
  settings: ExitSettings;
  /** The trailing stop begins anew: its maximum so far counts no more. */
  restartsTrailing: boolean;
}

const TARGETS_MAX = 6;
const HOURS_MAX = 8_760;
const PERCENT = /^-?\d{1,3}(\.\d{1,2})?$/;
const RANGES: Record<
  'slPct' | 'tpPct' | 'trailingDistancePct' | 'trailingArmingPct' | 'minProfitPct',
  [string, string]
> = {
  slPct: ['0.01', '100'],
  tpPct: ['0.01', '999.99'],
  trailingDistancePct: ['0.01', '99.99'],
  trailingArmingPct: ['0', '999.99'],
  minProfitPct: ['0', '999.99'],
};

const isWithin = (text: string, [low, high]: readonly [string, string]): boolean =>
  PERCENT.test(text) && d(text).gte(d(low)) && d(text).lte(d(high));
const invalid = (message: string): Refusal => refuse('INVALID_EXITS', message);

/** The exits after an edit, or why they cannot be. */
export function editExits(before: ExitSettings, changes: ExitChanges, fired: FiredTargets): EditedExits | Refusal {
  const { targets, ...rest } = changes;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const settings: ExitSettings = { ...before, ...given };
  const fault = faultIn(settings) ?? (targets && faultInTargets(targets, fired));
  if (fault) return invalid(fault);
  const isNewlyOn = settings.trailingEnabled && !before.trailingEnabled;
  const armsElsewhere = !samePercent(settings.trailingArmingPct, before.trailingArmingPct);
  return { settings, restartsTrailing: isNewlyOn || (settings.trailingEnabled && armsElsewhere) };
}

function faultIn(settings: ExitSettings): string | undefined {
  for (const [name, range] of Object.entries(RANGES) as [keyof typeof RANGES, [string, string]][]) {
    const value = settings[name];
    if (value !== null && !isWithin(value, range)) {
      return `${name} must be from ${range[0]} to ${range[1]} per cent, with at most two places.`;
    }
  }
  if (settings.slEnabled && settings.slPct === null) return 'A stop loss needs slPct.';
  if (settings.tpEnabled && settings.tpPct === null) return 'A take profit needs tpPct.';
  if (settings.trailingEnabled && settings.trailingDistancePct === null) {
    return 'A trailing stop needs trailingDistancePct.';
  }
  const hours = settings.timeStopHours;
  const isHours = hours === null || (Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MAX);
  return isHours ? undefined : `timeStopHours must be a whole number from 1 to ${HOURS_MAX}.`;
}

function faultInTargets(targets: readonly TargetInput[], fired: FiredTargets): string | undefined {
  if (targets.length + fired.count > TARGETS_MAX) return `A position has at most ${TARGETS_MAX} targets.`;
  for (const [index, { pct, sharePct }] of targets.entries()) {
    if (!isWithin(pct, RANGES.tpPct)) return `Target ${index + 1}: pct must be from 0.01 to 999.99 per cent.`;
    if (!isWithin(sharePct, ['0.01', '100'])) return `Target ${index + 1}: sharePct must be from 0.01 to 100 per cent.`;
    const last = targets[index - 1];
    if (last && d(pct).lte(d(last.pct))) return 'Each target must be above the one before it.';
  }
  const share = sum(targets.map(({ sharePct }) => d(sharePct))).add(fired.share);
  return share.gt(d('100')) ? 'The shares of all targets are more than 100 per cent.' : undefined;
}

const samePercent = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : d(a).eq(d(b));
