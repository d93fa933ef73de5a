import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { loadTools } from './scripts.js';

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const DESKTOP: BrowserContextOptions = { viewport: { width: 1440, height: 900 }, locale: 'en-US' };
export const PHONE: BrowserContextOptions = {
  ...{ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, locale: 'en-US' },
  ...{ isMobile: true, hasTouch: true },
};

export async function openBrowser(): Promise<Browser> {
  const executablePath = (await loadTools()).findChromium();
  if (!executablePath) throw new Error('no Chromium was found: install one, or set CHROMIUM_PATH');
  return chromium.launch({ executablePath, args: ARGS });
}

/** A tab with its faults: console errors and warnings, exceptions, CSP reports. */
export interface Tab {
  page: Page;
  context: BrowserContext;
  faults: string[];
}

declare global {
  interface Window {
    /** Layout shifts since the page was loaded that were not caused by user input. */
    layoutShifts?: { value: number; moved: string[] }[];
  }
}

export async function openTab(browser: Browser, url: string, options: BrowserContextOptions): Promise<Tab> {
  const context = await browser.newContext({ baseURL: url, reducedMotion: 'reduce', ...options });
  // Each wait ends as soon as its condition is true: only a very slow machine needs the whole time.
  context.setDefaultTimeout(45_000);
  await context.addInitScript(recordShifts);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() !== 'error' && message.type() !== 'warning') return;
    faults.push(`${message.type()} at ${message.location().url}: ${message.text()}`);
  });
  return { page, context, faults };
}

/** Runs in the page before its own scripts. */
function recordShifts(): void {
  const shifts: NonNullable<Window['layoutShifts']> = [];
  window.layoutShifts = shifts;
  interface Shift extends PerformanceEntry {
    value: number;
    hadRecentInput: boolean;
    sources: { node: Node | null }[];
  }
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as Shift[]) {
      const moved = sources.map(
        ({ node }) => (node as Partial<Element> | null)?.outerHTML ?? String(node?.textContent),
      );
      if (!hadRecentInput) shifts.push({ value, moved: moved.map((html) => html.slice(0, 200)) });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

export async function signInAs(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  await page.goto('/sign-in');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('button[type=submit]').click();
  await page.waitForURL((url) => url.pathname === '/');
}

/** Opens a page by the navigation, and waits until its heading is shown. */
export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('link', { name }).first().click();
  await page.getByRole('heading', { level: 1, name }).waitFor();
}

/**
 * Shows another address of the page as the buttons back and forward of the browser do: without loading everything again,
 * which takes ten times as long. The way leads over an unknown address, so that the page of before is gone in any case.
 */
export async function moveTo(page: Page, address: string): Promise<void> {
  for (const next of ['/nowhere', address]) {
    await page.evaluate((target) => {
      document.querySelector('h1')?.setAttribute('data-left', '');
      history.pushState(null, '', target);
      window.dispatchEvent(new PopStateEvent('popstate', { state: null }));
    }, next);
    await page.locator('h1:not([data-left])').first().waitFor();
  }
}

/** Takes a screenshot of a tab into a new temporary folder and returns its path. */
export async function keepPicture({ page }: Tab): Promise<string> {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-e2e-')), 'page.png');
  await page.screenshot({ path: file });
  return file;
}

const TICKS_WATCHED = 100;

/** Waits until prices have changed the table many times, and returns the layout shifts of that time. */
export const shiftsWhileMoving = (page: Page): Promise<string[]> =>
  page.evaluate(async (wanted) => {
    const table = document.querySelector('tbody');
    if (!table) throw new Error('there is no table');
    const before = window.layoutShifts?.length ?? 0;
    let changes = 0;
    await new Promise<void>((resolve) => {
      const observer = new MutationObserver((records) => {
        changes += records.length;
        if (changes < wanted) return;
        observer.disconnect();
        resolve();
      });
      observer.observe(table, { subtree: true, characterData: true, childList: true });
    });
    return (window.layoutShifts ?? []).slice(before).map(({ value, moved }) => `${value}: ${moved.join(' | ')}`);
  }, TICKS_WATCHED);

/** The elements that extend beyond the right edge of the window; empty when the page cannot be scrolled sideways. */
export const sidewaysOverflow = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const outside = [...document.querySelectorAll('body *')].filter(
      (el) => el.getBoundingClientRect().right > width + 1,
    );
    return [
      `${document.documentElement.scrollWidth} > ${width}`,
      ...outside.slice(0, 5).map((el) => el.outerHTML.slice(0, 160)),
    ];
  });
