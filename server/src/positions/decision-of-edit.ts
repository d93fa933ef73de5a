import { fromJson } from '../infra/database.js';
import type { EditRow } from './position.store.js';
import type { PositionDecision } from './position-exits.types.js';

const HIDDEN = new Set(['positionId']);
const textOf = (value: unknown): string =>
  value === null ? 'off' : typeof value === 'object' ? JSON.stringify(value) : String(value);

/** What the audit log kept of an owner's change of a position, as a decision: each field that was set, by whom. */
export function decisionOfEdit(row: EditRow): PositionDecision {
  const { input = {} } = fromJson<{ input?: Record<string, unknown> }>(row.changes_json) ?? {};
  const trace = Object.entries(input)
    .filter(([name]) => !HIDDEN.has(name))
    .map(([name, value]) => ({ name, value: textOf(value), source: `its owner, ${row.action}` }));
  return { what: row.action, at: row.created_at, exitReason: null, job: null, trace };
}
