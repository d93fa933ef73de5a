import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DESKTOP, keepPicture, openBrowser, openTab, PHONE, signInAs } from './testing/browser.js';
import { changeLook, inEveryLook, inLook, LOOKS, openStill, type Look } from './testing/looks.js';
import type { Program } from './testing/program.js';
import { addressOfEachRoute } from './testing/routes.js';
import { send } from './testing/sender.js';
import { signIn } from './testing/trader.js';
import { settled } from './testing/books.js';
import { raiseAlerts } from './testing/raise-alerts.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

let world: World;
let program: Program;
let browser: Browser;
let addresses: Map<string, string>;

beforeAll(async () => {
  world = await createWorld();
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  const url = program.ready.webhookUrl ?? '';
  // One of each: an open and a closed position, a skipped job, and an unreadable signal.
  await send(url, { id: 'a11y-1', ticker: 'BTCUSDT', action: 'buy' });
  await send(url, { id: 'a11y-2', ticker: 'ETHUSDT', action: 'buy' });
  await settled(world.db);
  await send(url, { id: 'a11y-3', ticker: 'ETHUSDT', action: 'sell' });
  await send(url, { id: 'a11y-4', ticker: 'XRPUSDT', action: 'buy' });
  await settled(world.db);
  await raiseAlerts(world);
  addresses = await addressOfEachRoute(await signIn(program.ready.url ?? '', world));
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Messages for the lab, and a word of its explanation in any language. */
const READINGS = [
  ['BTCUSDT buy 60000,5', '"60000,5"'],
  ['BTCUSDT buy sell', '"sell"'],
  ['BTCUSDT hello buy', '"hello"'],
  ['{"action": "hold", "symbol": "BTCXYZ"}', '"action: hold"'],
  ['{"action": "buy" "symbol": "BTCUSDT"}', 'JSON'],
  ['{"market_position": "flat", "prev_market_position": "long", "symbol": "ETHUSDT"}', '"ETHUSDT"'],
] as const;

// Colors and texts do not depend on the device: each page is checked in both themes, both languages and on both devices.
it.concurrent.for([
  ['desktop', DESKTOP, LOOKS[0]],
  ['phone', PHONE, LOOKS[1]],
] satisfies [string, BrowserContextOptions, Look][])(
  'every page passes axe on a %s',
  { timeout: 400_000 },
  async ([device, options, look], { onTestFailed }) => {
    const tab = await openTab(browser, program.ready.url ?? '', options);
    const { page } = tab;
    onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
    await openStill(page, '/sign-in');
    const found = await inEveryLook(page, `/sign-in on ${device}`);
    await changeLook(page, LOOKS[0]);
    await signInAs(page, world);
    for (const [path, address] of addresses) {
      if (path === 'sign-in') continue;
      await openStill(page, address);
      found.push(...(await inLook(page, `${address} on ${device}`, look)));
    }
    await openStill(page, '/lab');
    for (const [message, clue] of READINGS) {
      await page.locator('textarea').fill(message);
      await page.locator('section li', { hasText: clue }).first().waitFor();
      found.push(...(await inLook(page, `the lab on ${device} with ${message}`, look)));
    }
    await openStill(page, '/');
    await page.getByTestId('user-menu').click();
    await page.getByRole('menu').waitFor();
    found.push(...(await inEveryLook(page, `the menu on ${device}`, { part: '[role=menu]' })));
    await page.keyboard.press('Escape');
    if (options === PHONE) {
      await openStill(page, '/positions');
      await page.getByTestId('position-sheet-button').first().click();
      await page.locator('dialog[open]').getByRole('switch').waitFor();
      found.push(...(await inEveryLook(page, 'the sheet of a position', { part: 'dialog' })));
    }
    await openStill(page, '/?symbol=BTC%2FUSDT');
    found.push(...(await inEveryLook(page, `the filtered dashboard on ${device}`)));
    expect(found.join('\n\n')).toBe('');
    expect(tab.faults).toEqual([]);
    await tab.context.close();
  },
);
