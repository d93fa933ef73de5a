import axe, { type AxeResults } from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { DESKTOP, keepPicture, openBrowser, openTab, PHONE, signInAs } from './testing/browser.js';
import type { Program } from './testing/program.js';
import { addressOfEachRoute } from './testing/routes.js';
import { send } from './testing/sender.js';
import { signIn } from './testing/trader.js';
import { settled } from './testing/books.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

/** The key of web/src/lib/preferences.ts. */
const PREFERENCES = 'mvcashnode.preferences';
const LOOKS = [
  { theme: 'dark', locale: 'en' },
  { theme: 'dark', locale: 'pt-BR' },
  { theme: 'light', locale: 'pt-BR' },
  { theme: 'light', locale: 'en' },
] as const;
type Look = (typeof LOOKS)[number];
/** What every page says in a language, somewhere. */
const WORDS = { en: 'Positions|[Pp]assword', 'pt-BR': 'Posições|[Ss]enha' };

let world: World;
let program: Program;
let browser: Browser;
let addresses: Map<string, string>;

beforeAll(async () => {
  world = await createWorld();
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  const url = program.ready.webhookUrl ?? '';
  // Something of everything: an open and a closed position, a skipped job, a signal nobody can read.
  await send(url, { id: 'a11y-1', ticker: 'BTCUSDT', action: 'buy' });
  await send(url, { id: 'a11y-2', ticker: 'ETHUSDT', action: 'buy' });
  await settled(world.db);
  await send(url, { id: 'a11y-3', ticker: 'ETHUSDT', action: 'sell' });
  await send(url, { id: 'a11y-4', ticker: 'XRPUSDT', action: 'buy' });
  await settled(world.db);
  addresses = await addressOfEachRoute(await signIn(program.ready.url ?? '', world));
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Another window of the same person would change the look in the same way. */
async function changeLook(page: Page, look: Look): Promise<void> {
  await page.evaluate(
    ([key, newValue]) => {
      localStorage.setItem(key, newValue);
      window.dispatchEvent(new StorageEvent('storage', { key, newValue }));
    },
    [PREFERENCES, JSON.stringify(look)] as const,
  );
  await page.locator(`html[lang="${look.locale}"][data-theme="${look.theme}"]`).waitFor();
  // Words of another language may have to be fetched first.
  await page.waitForFunction((words) => new RegExp(words).test(document.body.innerText), WORDS[look.locale]);
  await whole(page);
}

/** Waits until the page stands and nothing on it is still loading. */
async function whole(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await eventually(async () => expect(await page.locator('[aria-busy=true]').count()).toBe(0));
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

async function violations(page: Page, where: string, part = 'html'): Promise<string[]> {
  const result: AxeResults = await page.evaluate(
    (selector) => window.axe.run(selector, { resultTypes: ['violations'] }),
    part,
  );
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${where}: ${id} (${help})\n  ${html.slice(0, 200)}\n  ${failureSummary ?? ''}`,
    ),
  );
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await whole(page);
  // Colours are held against each other as they end up, not on their way there.
  await page.addStyleTag({
    content: '*, *::before, *::after { transition: none !important; animation: none !important }',
  });
  await page.evaluate(axe.source);
}

async function inEveryLook(page: Page, where: string, part?: string): Promise<string[]> {
  const found: string[] = [];
  for (const look of LOOKS) {
    await changeLook(page, look);
    found.push(...(await violations(page, `${where}, ${look.theme}, ${look.locale}`, part)));
  }
  return found;
}

test.concurrent.for([
  ['desktop', DESKTOP],
  ['phone', PHONE],
] satisfies [string, BrowserContextOptions][])(
  'every page passes axe on a %s in both themes and both languages',
  { timeout: 240_000 },
  async ([device, options], { onTestFailed }) => {
    const tab = await openTab(browser, program.ready.url ?? '', options);
    const { page } = tab;
    onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
    await open(page, '/sign-in');
    const found = await inEveryLook(page, `/sign-in on ${device}`);
    await changeLook(page, LOOKS[0]);
    await signInAs(page, world);
    for (const [path, address] of addresses) {
      if (path === 'sign-in') continue;
      await open(page, address);
      found.push(...(await inEveryLook(page, `${address} on ${device}`)));
    }
    await open(page, '/');
    await page.getByTestId('user-menu').click();
    await page.getByRole('menu').waitFor();
    found.push(...(await inEveryLook(page, `the menu on ${device}`, '[role=menu]')));
    expect(found.join('\n\n')).toBe('');
    expect(tab.faults).toEqual([]);
    await tab.context.close();
  },
);
