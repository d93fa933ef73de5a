import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXECUTION_STARTS, EXECUTION_TRANSITIONS } from './order/order.js';
import { JOB_STARTS, JOB_TRANSITIONS } from './order/trade-job.js';
import { POSITION_TRANSITIONS } from './position/position.js';

const DOCUMENT = new URL('../../../docs/ARCHITECTURE.md', import.meta.url);
const [BEGIN, END] = ['<!-- state tables, drawn from the code -->', '<!-- end of the state tables -->'];

type Move = [from: string, to: string, event?: string];

/** A Mermaid state diagram. A state without transitions is an end state. */
function diagram(starts: readonly string[], moves: readonly Move[], states: readonly string[]): string {
  const lines = [
    ...starts.map((state) => `[*] --> ${state}`),
    ...moves.map(([from, to, event]) => `${from} --> ${to}${event ? ` : ${event}` : ''}`),
    ...states.filter((state) => !moves.some(([from]) => from === state)).map((state) => `${state} --> [*]`),
  ];
  return ['```mermaid', 'stateDiagram-v2', ...lines.map((line) => `  ${line}`), '```'].join('\n');
}

const movesOf = (table: Record<string, Partial<Record<string, string>>>): Move[] =>
  Object.entries(table).flatMap(([from, moves]) =>
    Object.entries(moves).map(([event, to]): Move => [from, to as string, event]),
  );

function drawn(): string {
  const orders = Object.entries(EXECUTION_TRANSITIONS).flatMap(([from, all]) => all.map((to): Move => [from, to]));
  return [
    '_Job_ (`core/order/trade-job.ts`)',
    diagram(JOB_STARTS, movesOf(JOB_TRANSITIONS), Object.keys(JOB_TRANSITIONS)),
    '_Order_ (`core/order/order.ts`)',
    diagram(EXECUTION_STARTS, orders, Object.keys(EXECUTION_TRANSITIONS)),
    '_Position_ (`core/position/position.ts`)',
    diagram(['OPEN'], movesOf(POSITION_TRANSITIONS), Object.keys(POSITION_TRANSITIONS)),
  ].join('\n\n');
}

it('docs/ARCHITECTURE.md shows the states of jobs, orders and positions as the code has them', () => {
  const text = readFileSync(DOCUMENT, 'utf8');
  const [before, rest = ''] = text.split(BEGIN);
  const [shown, after] = rest.split(END);
  const wanted = `\n\n${drawn()}\n\n`;
  // WRITE_DOCS=1 npm test -- state-diagrams
  if (process.env.WRITE_DOCS) writeFileSync(DOCUMENT, [before, BEGIN, wanted, END, after].join(''));
  else expect(shown).toBe(wanted);
});
