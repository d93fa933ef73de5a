export interface Row {
  goal: string;
  what: string;
  measured: string;
  floor?: string;
  ratio?: string;
  target: string;
  holds: boolean | undefined;
}

export const ms = (value: number): string => `${value.toFixed(2)} ms`;
export const times = (value: number): string => `${value.toFixed(2)}×`;

export function printTable(rows: readonly Row[]): void {
  const head = ['goal', 'what', 'measured', 'floor', 'ratio', 'target', ''];
  const lines = rows.map((row) => [
    row.goal,
    row.what,
    row.measured,
    row.floor ?? '',
    row.ratio ?? '',
    row.target,
    row.holds === undefined ? '' : row.holds ? 'holds' : 'MISSED',
  ]);
  const widths = head.map((title, column) =>
    Math.max(title.length, ...lines.map((line) => (line[column] ?? '').length)),
  );
  const text = (line: readonly string[]) =>
    line
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  process.stdout.write(`${[head, ...lines].map(text).join('\n')}\n`);
}
