import { compareDecimals, sum } from './decimal';
import { amountFault, percentFault, PROFIT_MAX, type Fault } from './field-rules';

/** A target of a partial take profit in a form; null means that the text is not a number. */
export interface TargetForm {
  /** The React key of the row; it is not sent. */
  key: string;
  pct: string | null;
  sharePct: string | null;
}

export const TARGETS_MAX = 6;

/** The faults of the targets, by `targets.<index>.pct` and `.sharePct`. */
export function targetFaults(targets: readonly TargetForm[]): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const [index, { pct, sharePct }] of targets.entries()) {
    faults[`targets.${index}.pct`] = percentFault(pct, true, PROFIT_MAX) ?? rises(targets[index - 1]?.pct, pct);
    faults[`targets.${index}.sharePct`] = percentFault(sharePct, true);
  }
  const last = targets.length - 1;
  const shares = targets.map(({ sharePct }) => sharePct).filter((share) => share && !amountFault(share));
  if (last >= 0 && compareDecimals(sum(shares as string[]), '100') > 0)
    faults[`targets.${last}.sharePct`] ??= ['sharesTooMany'];
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault));
}

const rises = (before: string | null | undefined, pct: string | null): Fault =>
  before && pct && !amountFault(before) && compareDecimals(pct, before) <= 0 ? ['aboveBefore', { before }] : undefined;

/** The input for the server. */
export const targetsInput = (targets: readonly TargetForm[]): { pct: string; sharePct: string }[] =>
  targets.map(({ pct, sharePct }) => ({ pct: pct ?? '', sharePct: sharePct ?? '' }));
