import { compareDecimals } from '../../lib/decimal';
import { countOrNull, textOrNull } from '../../lib/field-rules';
import { priceAt, type ExitsForm } from './exits-form';

/** An exit that the price has already reached; the names are message keys of the dialog. */
export type ReachedExit = 'stop' | 'timeStop' | 'profit' | 'trailing' | 'ladder';

export interface EditedPosition {
  entryPrice: string;
  createdAt: string;
  trailingEnabled: boolean;
  trailingArmingPct: string | null;
  trailingMaxPrice: string | null;
  targets: readonly { triggeredAt: string | null }[];
}

const HOUR_MS = 3_600_000;
const isSame = (a: string | null, b: string | null): boolean =>
  a === null || b === null ? a === b : compareDecimals(a, b) === 0;
const higher = (a: string, b: string): string => (compareDecimals(a, b) > 0 ? a : b);

/** The trailing stop after saving: it starts again when it is switched on or armed at another profit. */
function trailingTop(form: ExitsForm, position: EditedPosition): string | null {
  const arming = textOrNull(form.trailingArmingPct);
  const beginsAnew = !position.trailingEnabled || !isSame(arming, position.trailingArmingPct);
  const start = arming === null ? position.entryPrice : null;
  return beginsAnew ? start : (position.trailingMaxPrice ?? start);
}

/**
 * The exits that are reached at this price once the form is saved, by the rules of the server: saving would sell at
 * once. `now` in ms since 1970.
 */
export function reachedExits(
  form: ExitsForm,
  position: EditedPosition,
  { price, now }: { price: string; now: number },
): ReachedExit[] {
  const { entryPrice } = position;
  const isBelow = (level: string | null) => level !== null && compareDecimals(price, level) <= 0;
  const isAbove = (level: string | null) => level !== null && compareDecimals(price, level) >= 0;
  const least = priceAt(entryPrice, form.minProfitPct, 'above');
  const profitAt = (pct: string | null) => {
    const level = priceAt(entryPrice, pct, 'above');
    return level && least ? higher(level, least) : level;
  };
  const found: ReachedExit[] = [];
  const hasTakenPart = position.targets.some(({ triggeredAt }) => triggeredAt !== null);
  const breakEven = form.breakEvenAfterFirst && hasTakenPart ? entryPrice : null;
  const stop = form.slEnabled ? priceAt(entryPrice, form.slPct, 'below') : null;
  if (isBelow(stop) || isBelow(breakEven)) found.push('stop');
  const hours = countOrNull(form.timeStopHours);
  if (hours !== null && now >= Date.parse(position.createdAt) + hours * HOUR_MS) found.push('timeStop');
  if (form.tpEnabled && isAbove(profitAt(form.tpPct))) found.push('profit');
  const top = form.trailingEnabled ? trailingTop(form, position) : null;
  if (top !== null && isBelow(priceAt(higher(top, price), form.trailingDistancePct, 'below'))) found.push('trailing');
  if (form.targets.some(({ pct }) => isAbove(profitAt(pct)))) found.push('ladder');
  return found;
}
