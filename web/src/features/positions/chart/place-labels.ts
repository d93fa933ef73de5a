/** A label at a height of the chart, in pixels from the top. */
export interface Label {
  id: string;
  y: number;
}

export interface Placed {
  id: string;
  /** The middle of the label. */
  y: number;
  /** The line of the label is outside of the chart: above or below it. */
  edge?: 'above' | 'below';
}

/**
 * Places labels at their lines so that none covers another and none leaves the chart, if there is room for all. A line
 * outside of the chart has its label at the edge.
 */
export function placeLabels(labels: readonly Label[], { height, size }: { height: number; size: number }): Placed[] {
  const [first, last] = [size / 2, Math.max(size / 2, height - size / 2)];
  const placed: Placed[] = [...labels]
    .sort((a, b) => a.y - b.y)
    .map(({ id, y }) => ({
      ...{ id, y: Math.min(last, Math.max(first, y)) },
      ...(y < 0 ? { edge: 'above' as const } : y > height ? { edge: 'below' as const } : {}),
    }));
  placed.forEach((label, index) => {
    const before = placed[index - 1];
    if (before) label.y = Math.max(label.y, before.y + size);
  });
  let limit = last;
  for (const label of placed.toReversed()) {
    label.y = Math.max(first, Math.min(label.y, limit));
    limit = label.y - size;
  }
  return placed;
}
