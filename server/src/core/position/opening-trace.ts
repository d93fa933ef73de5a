import type { TraceEntry } from '../domain.js';
import { d } from '../money/money.js';
import type { OpeningDefaults } from './position.js';

/**
 * Records the source of the exits that a new position gets: the trade parameter as it was at that moment, or the owner
 * who bought by hand.
 */
export function openingTrace(
  defaults: OpeningDefaults,
  parameter: { id: number; updatedAt: number } | 'owner' | null,
): TraceEntry[] {
  if (!parameter) {
    return [{ name: 'exits', value: 'none', source: 'no trade parameter covered the symbol when it was opened' }];
  }
  const source =
    parameter === 'owner'
      ? 'the owner, with the order'
      : `parameter ${parameter.id}, as changed on ${new Date(parameter.updatedAt).toISOString()}`;
  const entry = (name: string, isOn: boolean, pct: string | null): TraceEntry => ({
    name,
    value: isOn && pct !== null ? `${d(pct).toFixed()} %` : 'off',
    source,
  });
  const { trailingEnabled, trailingArmingPct, timeStopHours, targets, breakEvenAfterFirst } = defaults;
  const more: TraceEntry[] = targets.map(({ pct, sharePct }, index) => ({
    name: `target ${index + 1}`,
    value: `${d(pct).toFixed()} %`,
    source: `${source}: sells ${d(sharePct).toFixed()} % of the position`,
  }));
  if (trailingEnabled && trailingArmingPct !== null) {
    more.push(entry('trailing stop armed from', true, trailingArmingPct));
  }
  if (timeStopHours !== null) more.push({ name: 'time stop', value: `${timeStopHours} h`, source });
  if (breakEvenAfterFirst) more.push({ name: 'stop after the first target', value: 'opening price', source });
  return [
    entry('stop loss', defaults.slEnabled, defaults.slPct),
    entry('take profit', defaults.tpEnabled, defaults.tpPct),
    entry('trailing stop', defaults.trailingEnabled, defaults.trailingDistancePct),
    entry('minimum profit', defaults.minProfitPct !== null, defaults.minProfitPct),
    ...more,
  ];
}
