import { fromJson } from '../infra/database/database.js';
import type { EditRow } from './position.store.js';
import type { PositionDecision } from './position-exits.types.js';

type Input = Record<string, unknown>;

const isOn = (value: unknown): string => (value === true ? 'on' : 'off');
const withUnit =
  (unit: string) =>
  (value: unknown): string =>
    typeof value === 'string' || typeof value === 'number' ? `${value} ${unit}` : 'none';
const percent = withUnit('%');

/** The name of each field in a trace, and how its value is written there. */
const FIELDS: Record<string, [name: string, textOf: (value: unknown) => string]> = {
  slEnabled: ['stop loss', isOn],
  slPct: ['stop loss distance', percent],
  tpEnabled: ['take profit', isOn],
  tpPct: ['take profit distance', percent],
  trailingEnabled: ['trailing stop', isOn],
  trailingDistancePct: ['trailing stop distance', percent],
  trailingArmingPct: ['trailing stop armed from', percent],
  minProfitPct: ['minimum profit', percent],
  timeStopHours: ['time stop', withUnit('h')],
  breakEvenAfterFirst: ['stop moves to the entry after the first target', isOn],
  isLocked: ['locked against sell signals', isOn],
};
const SOURCE = 'changed by the owner';
const PART_OF_EACH = new Set(['positionId']);

interface Target {
  pct: string;
  sharePct: string;
}

const targetSteps = (targets: readonly Target[]) =>
  targets.length === 0
    ? [{ name: 'targets', value: 'none', source: SOURCE }]
    : targets.map(({ pct, sharePct }, index) => ({
        name: `target ${index + 1}`,
        value: `${pct} %`,
        source: `${SOURCE}: sells ${sharePct} % of the position`,
      }));

const stepsOf = ([field, value]: [string, unknown]) => {
  if (field === 'targets') return targetSteps((value ?? []) as Target[]);
  const [name, textOf] = FIELDS[field] ?? [field, String];
  return [{ name, value: textOf(value), source: SOURCE }];
};

/**
 * Turns an audit log entry of an owner's change of a position into a decision: each field that was set, and by whom.
 */
export function decisionOfEdit(row: EditRow): PositionDecision {
  const { input = {} } = fromJson<{ input?: Input }>(row.changes_json) ?? {};
  const trace = Object.entries(input)
    .filter(([field]) => !PART_OF_EACH.has(field))
    .flatMap(stepsOf);
  return { kind: row.action, at: row.created_at, exitReason: null, job: null, trace };
}
