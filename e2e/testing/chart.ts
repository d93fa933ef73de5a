import type { Locator } from 'playwright-core';

/**
 * The pixel rows of a chart's canvases, counted from the top, in which a color of the theme fills at least a quarter of
 * the width. There is a line of that color.
 */
export const coloredRows = (chart: Locator, variable: '--warn' | '--up' | '--down'): Promise<number[]> =>
  chart.evaluate((figure, name) => {
    // Read from a copy, because reading a canvas makes all later drawing on it slower.
    const copy = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    if (!copy) throw new Error('no canvas can be drawn');
    copy.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    copy.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = copy.getImageData(0, 0, 1, 1).data;
    const rows = new Set<number>();
    for (const canvas of figure.querySelectorAll('canvas')) {
      const { width, height } = canvas;
      if (width === 0 || height === 0) continue;
      Object.assign(copy.canvas, { width, height });
      copy.drawImage(canvas, 0, 0);
      const { data } = copy.getImageData(0, 0, width, height);
      for (let y = 0; y < height; y++) {
        let count = 0;
        for (let x = 0; x < width; x++) {
          const at = (y * width + x) * 4;
          if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) count++;
        }
        if (count > width / 4) rows.add(y);
      }
    }
    return [...rows];
  }, variable);
