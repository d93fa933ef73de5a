import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it, onTestFailed } from 'vitest';
import { makePosition } from '../server/src/testing/make.js';
import { DESKTOP, goTo, keepPicture, openBrowser, openTab, signInAs, type Tab } from './testing/browser.js';
import type { Program } from './testing/program.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

const DIST = fileURLToPath(new URL('../web/dist/', import.meta.url));
const FIRST_SCRIPT_MOST = 200_000;

/** The emergency dialogs work when the server no longer has the files of this page. */
let world: World;
let program: Program;
let browser: Browser;
let tab: Tab;

beforeAll(async () => {
  world = await createWorld({ forManySignals: true });
  const { id: exchange_account_id } = await world.db.prisma.exchangeAccount.findFirstOrThrow({ select: { id: true } });
  for (const symbol of ['BTC/USDT', 'ETH/USDT']) await makePosition(world.db, { exchange_account_id, symbol });
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
});
beforeEach(async () => {
  await tab?.context.close();
  tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  await signInAs(tab.page, world);
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** The scripts that index.html loads at once. */
const firstScripts = (): string[] => {
  const html = readFileSync(path.join(DIST, 'index.html'), 'utf8');
  return [...html.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file);
};
/** Removes all files that are not loaded yet from the server, as an upgrade does. */
const takeFilesAway = (page: Page) => page.route('**/assets/**', (route) => route.fulfill({ status: 404, body: '' }));
const dialog = () => tab.page.getByRole('dialog');
/** Waits for these scripts and all their imports: a page may still wait for a file that it shares with others. */
const untilPagesAreHere = (page: Page) =>
  page.waitForFunction(() => performance.getEntriesByName('trading pages are here').length > 0);

it('the first script stays under 200 kB and holds the emergency brake', () => {
  const texts = firstScripts().map((file) => readFileSync(path.join(DIST, file)));
  const size = texts.reduce((sum, text) => sum + gzipSync(text).length, 0);
  process.stderr.write(`first script: ${(size / 1000).toFixed(1)} kB gzip in ${texts.length} files\n`);
  expect(size).toBeLessThanOrEqual(FIRST_SCRIPT_MOST);
  const all = texts.map(String).join('\n');
  // Names of messages that only these dialogs use.
  for (const name of ['confirmTitle', 'submitMarket', 'armingHint', 'cancelConfirm', 'alsoClose', 'planBody'])
    expect(all.includes(name), name).toBe(true);
});

it('without any file of the server the kill switch opens, and the frame stays', async () => {
  const { page } = tab;
  await takeFilesAway(page);
  await page.getByTestId('kill-switch').click();
  await dialog().getByText('New entries are paused on all your accounts').waitFor();
  await dialog().getByRole('button', { name: 'Continue' }).click();
  await dialog().getByRole('button', { name: 'Stop now' }).waitFor();
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
});

it('positions are closed, their exits edited and all of them closed with the files gone', async () => {
  const { page } = tab;
  await untilPagesAreHere(page);
  await takeFilesAway(page);
  // The page of positions has not been shown yet: it was loaded while the browser was idle.
  await goTo(page, 'Positions');
  await page.getByRole('button', { name: 'Sell BTC/USDT' }).click();
  await dialog()
    .getByRole('button', { name: /^Sell .* now$/ })
    .waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Close all' }).click();
  await dialog().getByRole('button', { name: 'Make the plan' }).click();
  await dialog().getByTestId('plan-totals').waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('table', { name: 'Open positions' }).getByRole('link', { name: 'ETH/USDT' }).click();
  await page.getByRole('button', { name: 'Edit exits' }).click();
  await dialog().getByRole('button', { name: 'Save exits' }).waitFor();
  await dialog().getByRole('button', { name: 'Cancel' }).click();
  // The chart is the largest part and is loaded when it is shown, so only the chart is missing.
  await page.getByTestId('load-failed').waitFor();
  await page.getByRole('button', { name: 'Close position' }).waitFor();
});

it('a page that cannot be loaded fails alone, and a retry loads it', async () => {
  const { page } = tab;
  await takeFilesAway(page);
  await page.getByRole('navigation').getByRole('link', { name: 'Parameters' }).first().click();
  const failed = page.getByTestId('load-failed');
  await failed.getByText('This part could not be loaded').waitFor();
  await page.getByTestId('kill-switch').waitFor();
  await page.getByRole('navigation').getByRole('link', { name: 'Dashboard' }).first().waitFor();
  await failed.getByRole('button', { name: 'Try again' }).click();
  await failed.getByRole('button', { name: 'Try again' }).waitFor();
  await page.unroute('**/assets/**');
  await failed.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'Trade parameters' }).waitFor();
  // It was loaded once and stays.
  await goTo(page, 'Dashboard');
  await page.getByRole('navigation').getByRole('link', { name: 'Parameters' }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Trade parameters' }).waitFor();
});

it('a newer build is offered beside the page, not in place of it, and never while it is not there', async () => {
  const { page } = tab;
  const look = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  // The frame of the page is shown and works.
  await page.getByTestId('kill-switch').waitFor();
  const asked = page.waitForResponse(/index\.html$/);
  await look();
  await asked;
  expect(await page.getByTestId('new-version').count()).toBe(0);
  await page.route('**/index.html', async (route) => {
    const answer = await route.fetch();
    await route.fulfill({
      response: answer,
      body: (await answer.text()).replace(/(type="module"[^>]* src=")[^"]+/, '$1/assets/newer.js'),
    });
  });
  await page.getByTestId('kill-switch').click();
  await look();
  await page.getByTestId('new-version').waitFor();
  // The dialog is on top of it, and nothing was reloaded.
  expect(await dialog().count()).toBe(1);
  await page.keyboard.press('Escape');
  const loaded = page.waitForEvent('load');
  await page.getByTestId('new-version').getByRole('button', { name: 'Reload' }).click();
  await loaded;
});
