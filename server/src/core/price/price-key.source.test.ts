import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

/** The program itself: no tests, nothing generated. */
const SOURCE = fileURLToPath(new URL('../..', import.meta.url));
const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|^(testing|generated)\//.test(file))
  .map((file) => ({ file: file.split(path.sep).join('/'), text: readFileSync(path.join(SOURCE, file), 'utf8') }));
const thatSay = (pattern: RegExp) => files.filter(({ text }) => pattern.test(text)).map(({ file }) => file);

it('Only one file turns a text into a price key', () => {
  expect(files.length).toBeGreaterThan(200);
  expect(thatSay(/as PriceKey|as unknown as PriceKey|<PriceKey>\s*\w+\s*[;,)]/)).toEqual(['core/price/price-key.ts']);
});

it('Only simulation code requests prices of the simulation by name', () => {
  expect(thatSay(/priceKey\(\s*'SIMULATION'/).sort()).toEqual([
    'accounts/price-of.ts', // of rows whose mode is SIMULATION
    'exchange/simulated/simulated-exchange.ts',
    'exchange/simulated/watch-resting-orders.ts',
    'prices/feeds/demo-feed.ts',
    'prices/open-keys.store.ts', // of everything that is watched: it requests no price
  ]);
});
