import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { makePosition } from '../server/src/testing/make.js';
import { DESKTOP, keepPicture, openBrowser, openTab, shiftsWhileMoving, signInAs } from './testing/browser.js';
import type { Program } from './testing/program.js';
import { createWorld, type World } from './testing/world.js';

const POSITIONS = 500;
const AT_ONCE = 4;
const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'BNB/USDT', 'XRP/USDT', 'ADA/USDT', 'DOGE/USDT', 'LINK/USDT'];

let world: World;
let program: Program;
let browser: Browser;

beforeAll(async () => {
  // Ten prices a second for each symbol. There is no executor, so nothing is sold during the test.
  world = await createWorld({ forManySignals: true, env: { DEMO_MARKET_SPEED: '2.5' } });
  await openPositions();
  [program, browser] = await Promise.all([world.start(['api', 'monitors']), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

async function openPositions(): Promise<void> {
  const { id } = await world.db.prisma.exchangeAccount.findFirstOrThrow({ select: { id: true } });
  const waiting = Array.from({ length: POSITIONS }, (_, index) => SYMBOLS[index % SYMBOLS.length] ?? '');
  const worker = async () => {
    for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop())
      await makePosition(world.db, { exchange_account_id: id, symbol, sl_enabled: false, tp_enabled: false });
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

it('five hundred positions under ten ticks a second: nothing shifts, and all are counted', async () => {
  const tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  const { page } = tab;
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
  await signInAs(page, world);
  await page.goto('/positions');
  const table = page.getByRole('table', { name: 'Open positions' });
  await table.getByText(`${POSITIONS} positions`).waitFor();
  expect(await table.getAttribute('aria-rowcount')).toBe(String(POSITIONS + 1));
  await page.locator('[data-testid=connection-state][data-state=live]').waitFor();
  expect(await shiftsWhileMoving(page)).toEqual([]);
  // The last row is one of 500 that are rendered only when they are visible.
  await page
    .getByRole('group', { name: 'Open positions' })
    .evaluate((scroller) => scroller.scrollTo(0, scroller.scrollHeight));
  await table.locator(`tr[aria-rowindex="${POSITIONS + 1}"]`).waitFor();
  expect(tab.faults).toEqual([]);
});
