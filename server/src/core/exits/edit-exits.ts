import { d, sum, ZERO, type D } from '../money/money.js';
import { refuse, type Refusal } from '../reasons.js';

export interface TargetInput {
  /** The profit that triggers it, and the share of the whole position that it sells, both in percent. */
  pct: string;
  sharePct: string;
}

/** The exits of a position as its owner sets them. Percentages have at most two decimal places. */
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

/** Omitted fields stay unchanged. `targets` replaces the targets that have not fired yet. */
export type ExitChanges = Partial<ExitSettings> & { targets?: readonly TargetInput[] };

export interface FiredTargets {
  count: number;
  /** Sum of their shares, percent. */
  share: D;
}

export interface EditedExits {
  ok: true;
  settings: ExitSettings;
  /** The trailing stop restarts: its maximum so far no longer counts. */
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

/** A stop of an open position may lie above its opening price, to keep a part of the profit; 0 is the opening price. */
const STOP_OF_OPEN: [string, string] = ['-999.99', '100'];

const isWithin = (text: string, [low, high]: readonly [string, string]): boolean =>
  PERCENT.test(text) && d(text).gte(d(low)) && d(text).lte(d(high));

/** An error in one setting. The fields of a target are named `targets.<index>.pct` and `.sharePct`. */
export interface ExitFault {
  field: string;
  /** Continues a sentence that starts with the name of the field. */
  message: string;
}

/** The exits after an edit, or why the edit is refused. */
export function editExits(before: ExitSettings, changes: ExitChanges, fired: FiredTargets): EditedExits | Refusal {
  const { targets, ...rest } = changes;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  const settings: ExitSettings = { ...before, ...given };
  const fault = [...faultsInExits(settings, { isOpen: true }), ...faultsInTargets(targets ?? [], fired)][0];
  if (fault) return refuse('INVALID_EXITS', `${fault.field} ${fault.message}`);
  const isNewlyOn = settings.trailingEnabled && !before.trailingEnabled;
  const armsElsewhere = !samePercent(settings.trailingArmingPct, before.trailingArmingPct);
  return { ok: true, settings, restartsTrailing: isNewlyOn || (settings.trailingEnabled && armsElsewhere) };
}

/** Every invalid setting. `isOpen`: of a position that is open, so that its stop may lie above the opening price. */
export function faultsInExits(settings: ExitSettings, { isOpen = false } = {}): ExitFault[] {
  const faults: ExitFault[] = [];
  const needed: Record<string, boolean> = {
    slPct: settings.slEnabled,
    tpPct: settings.tpEnabled,
    trailingDistancePct: settings.trailingEnabled,
  };
  const ranges = isOpen ? { ...RANGES, slPct: STOP_OF_OPEN } : RANGES;
  for (const [field, range] of Object.entries(ranges) as [keyof typeof RANGES, [string, string]][]) {
    const value = settings[field];
    if (value !== null && !isWithin(value, range)) faults.push({ field, message: mustBeWithin(range) });
    if (value === null && needed[field]) faults.push({ field, message: 'must be set while its exit is on.' });
  }
  const hours = settings.timeStopHours;
  const isHours = hours === null || (Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MAX);
  if (!isHours) faults.push({ field: 'timeStopHours', message: `must be a whole number from 1 to ${HOURS_MAX}.` });
  return faults;
}

const SHARE: [string, string] = ['0.01', '100'];
const mustBeWithin = ([low, high]: readonly [string, string]): string =>
  `must be from ${low} to ${high} percent, with at most two places.`;

/** Errors in a list of targets, given the targets that have already fired. */
export function faultsInTargets(
  targets: readonly TargetInput[],
  fired: FiredTargets = { count: 0, share: ZERO },
): ExitFault[] {
  if (targets.length + fired.count > TARGETS_MAX) {
    return [{ field: 'targets', message: `must be at most ${TARGETS_MAX}, with those that have fired.` }];
  }
  const faults: ExitFault[] = [];
  for (const [index, { pct, sharePct }] of targets.entries()) {
    const last = targets[index - 1];
    if (!isWithin(pct, RANGES.tpPct)) {
      faults.push({ field: `targets.${index}.pct`, message: mustBeWithin(RANGES.tpPct) });
    } else if (last && isWithin(last.pct, RANGES.tpPct) && d(pct).lte(d(last.pct))) {
      faults.push({ field: `targets.${index}.pct`, message: 'must be above the one before it.' });
    }
    if (!isWithin(sharePct, SHARE)) {
      faults.push({ field: `targets.${index}.sharePct`, message: mustBeWithin(SHARE) });
    }
  }
  if (faults.length > 0) return faults;
  const share = sum(targets.map(({ sharePct }) => d(sharePct))).add(fired.share);
  return share.gt(d('100')) ? [{ field: 'targets', message: 'must sell at most 100 percent in total.' }] : [];
}

const samePercent = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : d(a).eq(d(b));
