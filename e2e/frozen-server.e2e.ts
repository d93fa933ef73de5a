import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { makePosition } from '../server/src/testing/make.js';
import { DESKTOP, keepPicture, openBrowser, openTab, signInAs, type Tab } from './testing/browser.js';
import type { Program } from './testing/program.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

/** A frozen server (SIGSTOP): its connections stay open, but nothing arrives any more. */
let world: World;
let program: Program;
let browser: Browser;
let tab: Tab;

beforeAll(async () => {
  world = await createWorld({ forManySignals: true, env: { DEMO_MARKET_SPEED: '2.5' } });
  const { id: exchange_account_id } = await world.db.prisma.exchangeAccount.findFirstOrThrow({ select: { id: true } });
  await makePosition(world.db, { exchange_account_id, symbol: 'BTC/USDT' });
  await makePosition(world.db, { exchange_account_id, symbol: 'ETH/USDT', qty_total: '0.1', price_open: '3000' });
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  tab.context.setDefaultTimeout(45_000);
  await signInAs(tab.page, world);
}, 180_000);
afterEach(() => {
  // After every test the server runs again, even if the test failed.
  process.kill(program.pid, 'SIGCONT');
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const state = (page: Page, name: string) => page.locator(`[data-testid=connection-state][data-state=${name}]`);

/** The cells below a heading of the table of open positions. */
async function cellsBelow(page: Page, heading: string) {
  const at = (await page.getByRole('columnheader').allInnerTexts()).findIndex((text) => text.trim() === heading);
  expect(at, heading).toBeGreaterThan(0);
  return page.locator(`tbody tr > :nth-child(${at + 1})`);
}

/** Freezes the server, and returns how long it took until each of these was visible. */
async function freezeAndWatch(page: Page): Promise<{ staleMs: number; reconnectingMs: number }> {
  const from = Date.now();
  process.kill(program.pid, 'SIGSTOP');
  await state(page, 'stale').waitFor({ timeout: 20_000 });
  const staleMs = Date.now() - from;
  await state(page, 'reconnecting').waitFor({ timeout: 40_000 });
  return { staleMs, reconnectingMs: Date.now() - from };
}

it(
  'a frozen server is seen within seconds, and everything that hangs on prices is dimmed',
  { timeout: 150_000 },
  async () => {
    const { page } = tab;
    onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
    await page.goto('/positions');
    await state(page, 'live').waitFor({ timeout: 45_000 });
    // A table that is still loading has rows without figures.
    await eventually(async () => {
      const prices = await (await cellsBelow(page, 'Price')).allInnerTexts();
      expect(prices.length).toBeGreaterThan(1);
      for (const price of prices) expect(price).toMatch(/\d/);
    });
    await eventually(async () => expect(await page.locator('main [data-stale]').count()).toBe(0));
    const { staleMs, reconnectingMs } = await freezeAndWatch(page);
    process.stderr.write(`frozen: stale after ${staleMs} ms, reconnecting after ${reconnectingMs} ms\n`);
    expect(staleMs).toBeLessThan(8_000);
    expect(reconnectingMs).toBeLessThan(18_000);
    // Value, price, unrealized result and its percentage of each row, and the totals.
    for (const heading of ['Value', 'Price', 'Unrealized', 'Unreal. %']) {
      const cells = await cellsBelow(page, heading);
      expect(await cells.locator('[data-stale]').count(), heading).toBe(await cells.count());
    }
    expect(await page.locator('tfoot [data-stale]').count()).toBe(3);
    const colors = await page
      .locator('tbody [data-stale] .num')
      .evaluateAll((all) => [...new Set(all.map((element) => getComputedStyle(element).color))]);
    expect(colors, 'neither green nor red').toHaveLength(1);

    // Changes made in the meantime appear afterwards, without reloading the page.
    const { id: exchange_account_id } = await world.db.prisma.exchangeAccount.findFirstOrThrow({
      select: { id: true },
    });
    await makePosition(world.db, { exchange_account_id, symbol: 'SOL/USDT', qty_total: '1', price_open: '100' });
    await page.evaluate(() => void ((window as { wasHere?: boolean }).wasHere = true));
    process.kill(program.pid, 'SIGCONT');
    await state(page, 'live').waitFor({ timeout: 30_000 });
    await page.getByRole('table', { name: 'Open positions' }).getByRole('link', { name: 'SOL/USDT' }).waitFor();
    await eventually(async () => expect(await page.locator('main [data-stale]').count()).toBe(0), 20_000);
    expect(await page.evaluate(() => (window as { wasHere?: boolean }).wasHere)).toBe(true);
  },
);

it(
  'an order without an answer says so after five seconds, and sent again it is done once',
  { timeout: 150_000 },
  async () => {
    const { page } = tab;
    onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
    await page.goto('/positions');
    await state(page, 'live').waitFor({ timeout: 45_000 });
    await page.getByRole('button', { name: 'Sell BTC/USDT' }).click();
    const dialog = page.getByRole('dialog');
    const sell = dialog.getByRole('button', { name: /^Sell .* now$/ });
    await sell.waitFor();
    process.kill(program.pid, 'SIGSTOP');
    const from = Date.now();
    await sell.click();
    await dialog.getByTestId('no-answer').getByText('No answer yet').waitFor({ timeout: 12_000 });
    const lateMs = Date.now() - from;
    process.stderr.write(`frozen: no answer was said after ${lateMs} ms\n`);
    expect(lateMs).toBeGreaterThan(4_500);
    await dialog.getByRole('button', { name: 'Send again' }).click();
    process.kill(program.pid, 'SIGCONT');
    await dialog.getByTestId('job-progress').getByRole('status').waitFor({ timeout: 30_000 });
    await eventually(async () => {
      const jobs = await world.db.prisma.tradeJob.findMany({ where: { side: 'SELL', symbol: 'BTC/USDT' } });
      expect(jobs.map(({ origin }) => origin)).toEqual(['MANUAL']);
    });
    await dialog.getByRole('button', { name: 'Done' }).click();
  },
);

it('a session that ended before an order says that nothing was sent', { timeout: 150_000 }, async () => {
  const { page } = tab;
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
  await page.goto('/positions');
  await state(page, 'live').waitFor({ timeout: 45_000 });
  const jobsBefore = await world.db.prisma.tradeJob.count();
  await page.getByRole('button', { name: 'Sell ETH/USDT' }).click();
  const sell = page.getByRole('dialog').getByRole('button', { name: /^Sell .* now$/ });
  await sell.waitFor();
  await page.context().clearCookies();
  await sell.click();
  await page.getByTestId('session-ended').getByText('nothing was sent').waitFor();
  expect(await world.db.prisma.tradeJob.count()).toBe(jobsBefore);
});
