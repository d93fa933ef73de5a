/** The realized totals of one group at the ends of days. */
export interface GroupCurve {
  key: string;
  name: string;
  points: readonly { day: string; total: string }[];
}

export interface DrawnCurve {
  key: string;
  name: string;
  /** An SVG path. */
  line: string;
  last: string;
}

const PAD = 4;
const DAY_MS = 86_400_000;

/**
 * Curves over the same days and the same scale, with zero in view. Each begins at zero on the first day of all and keeps
 * its last total to the last day. Only a drawing turns amounts into floats.
 */
export function overlaidCurves(
  curves: readonly GroupCurve[],
  { width, height }: { width: number; height: number },
): { drawn: DrawnCurve[]; zero: number; first: string; last: string } | null {
  const days = curves.flatMap(({ points }) => points.map(({ day }) => day)).sort();
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined || first === last) return null;
  const [begin, end] = [Date.parse(first), Date.parse(last)];
  const totals = curves.flatMap(({ points }) => points.map(({ total }) => Number(total)));
  const [low, high] = [Math.min(0, ...totals), Math.max(0, ...totals)];
  const round = (value: number) => Math.round(value * 100) / 100;
  const y = (total: number) => round(PAD + (1 - (total - low) / (high - low || 1)) * (height - 2 * PAD));
  // The day before the first point has the zero that all begin with.
  const x = (at: number) => round(((at - begin + DAY_MS) / (end - begin + DAY_MS)) * width);
  const drawn = curves.map(({ key, name, points }) => {
    // The total stays until the day that changes it: nothing is made up between.
    const steps = points.map(({ day, total }) => {
      const at = Date.parse(day);
      return `H${x(at - DAY_MS)}L${x(at)} ${y(Number(total))}`;
    });
    return { key, name, line: `M0 ${y(0)}${steps.join('')}H${width}`, last: points.at(-1)?.total ?? '0' };
  });
  return { drawn, zero: y(0), first, last };
}
