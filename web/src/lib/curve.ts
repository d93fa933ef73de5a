export interface CurvePoint {
  day: string;
  total: string;
  drawdown: string;
}

interface Drawn {
  /** SVG paths, and the height of zero. */
  line: string;
  area: string;
  zero: number;
}

const PAD = 4;

/** Draws values from left to right, with zero always in view. Only a drawing turns amounts into floats. */
export const curveOf = (values: readonly number[], { width, height }: { width: number; height: number }): Drawn => {
  const low = Math.min(0, ...values);
  const high = Math.max(0, ...values);
  const range = high - low || 1;
  const y = (value: number) => Math.round((PAD + (1 - (value - low) / range) * (height - 2 * PAD)) * 100) / 100;
  const x = (index: number) => Math.round((index / Math.max(1, values.length - 1)) * width * 100) / 100;
  const steps = values.map((value, index) => `${x(index)} ${y(value)}`).join('L');
  return { line: `M${steps}`, area: `M0 ${y(0)}L${steps}L${x(values.length - 1)} ${y(0)}Z`, zero: y(0) };
};
