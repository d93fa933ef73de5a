import type { Browser, BrowserContextOptions, Page, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { makeAccount, makeJob, makeParameter, makePosition } from '../server/src/testing/make.js';
import {
  DESKTOP,
  keepPicture,
  openBrowser,
  openTab,
  PHONE,
  sidewaysOverflow,
  signInAs,
  type Tab,
} from './testing/browser.js';
import { send } from './testing/sender.js';
import type { Program } from './testing/program.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

/** Every control can be clicked and every figure can be read, on a laptop, a desktop and a phone. */
let world: World;
let program: Program;
let browser: Browser;

const PAGES = [
  '/',
  '/positions',
  '/positions?tab=closed',
  '/jobs',
  '/orders',
  '/events',
  '/accounts',
  '/vaults',
  '/parameters',
  '/sources',
  '/reports',
  '/lab',
  '/why',
  '/alerts',
  '/notifications',
  '/endpoints',
  '/profile',
  '/audit',
  '/admin/notifications',
  '/admin/users',
  '/admin/schedule',
  '/admin/system',
];
const LONG_LABEL = 'Binance main account of the family';

beforeAll(async () => {
  world = await createWorld({ forManySignals: true });
  const { db } = world;
  const { id: user_id } = await db.prisma.user.findFirstOrThrow({ where: { email: world.email } });
  await db.prisma.userRole.create({ data: { user_id, role: 'admin' } });
  const { id: demo } = await db.prisma.exchangeAccount.findFirstOrThrow({ select: { id: true } });
  const { id: long } = await makeAccount(db, { user_id, label: LONG_LABEL, balances: { USDT: '1234567.891234' } });
  // Large and small figures, marks after the symbol, and results of three digits.
  await makePosition(db, {
    exchange_account_id: demo,
    qty_total: '12.3456',
    price_open: '1000',
    sl_enabled: true,
    sl_pct: '5',
  });
  await makePosition(db, {
    exchange_account_id: long,
    symbol: 'XRP/USDT',
    qty_total: '123456.7',
    price_open: '0.5705',
  });
  await makePosition(db, {
    ...{
      exchange_account_id: long,
      symbol: 'ETH/USDT',
      qty_total: '1',
      lock_sell_by_webhook: true,
      qty_reserved: '0.1',
    },
    realized_profit_usd: '12345.67',
  });
  await makePosition(db, { exchange_account_id: demo, status: 'CLOSED', qty_remaining: '0', closed_at: new Date() });
  await makeJob(db, {
    ...{
      exchange_account_id: long,
      order_type: 'LIMIT',
      status: 'PENDING_LIMIT',
      base_quantity: '123456.789',
      side: 'SELL',
    },
    limit_price: '123456.78',
  });
  await makeParameter(db, {
    exchange_account_id: long,
    default_sl_enabled: true,
    default_sl_pct: '2.5',
    max_orders_per_hour: 10,
  });
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  const { webhookUrl = '' } = program.ready;
  await send(webhookUrl, { id: 'reach-1', ticker: 'SOLUSDT', action: 'buy' });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

/** Buttons and links of the page that a pointer cannot press, after vertical scrolling only. */
const outOfReach = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wrong: string[] = [];
    const parts = document.querySelectorAll<HTMLElement>(
      'main :is(button, a[href], input, select, [role=switch]), header :is(button, a[href])',
    );
    for (const part of parts) {
      if (part.closest('[inert], .sr-only') || part.checkVisibility() === false) continue;
      part.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      // Only vertical scrolling is allowed: a control that needs sideways scrolling counts as out of reach.
      for (const scroller of document.querySelectorAll('[role=group][tabindex]')) scroller.scrollLeft = 0;
      const box = part.getBoundingClientRect();
      const name = (part.ariaLabel ?? part.innerText ?? part.outerHTML).trim().slice(0, 60);
      if (box.width === 0 || box.height === 0) continue;
      if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) {
        wrong.push(`outside: ${name} at ${Math.round(box.left)} to ${Math.round(box.right)}`);
        continue;
      }
      const hit = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      const isHit = hit !== null && (part.contains(hit) || hit.contains(part) || hit.closest('label')?.contains(part));
      if (!isHit) wrong.push(`covered: ${name} by ${hit?.outerHTML.slice(0, 80)}`);
    }
    return wrong;
  });

/** Figures and names that are cut off by their box. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const wrong: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>('main :is(.num, th[scope=row], td, dd)')) {
      if (!element.checkVisibility() || element.closest('.sr-only, .font-mono')) continue;
      const style = getComputedStyle(element);
      if (style.overflowX === 'visible' || element.scrollWidth <= element.clientWidth + 1) continue;
      const text = element.innerText.trim();
      // Long sentences may be cut in a table: the page of the row shows them in full.
      if (/\d/.test(text) && text.length < 30) wrong.push(`${text}: ${element.scrollWidth} in ${element.clientWidth}`);
      if (text === 'Demo account') wrong.push(text);
    }
    return wrong;
  });

/** One tab each: a page is loaded once and then checked in every size, as when a window is resized or a phone is turned. */
describe.each([
  [
    'desktop',
    DESKTOP,
    [
      ['a laptop', { width: 1280, height: 720 }],
      ['a desktop', { width: 1440, height: 900 }],
      ['a tablet', { width: 768, height: 1024 }],
    ],
  ],
  [
    'touch',
    PHONE,
    [
      ['a phone', { width: 390, height: 844 }],
      ['the smallest phone', { width: 320, height: 640 }],
    ],
  ],
] satisfies [string, BrowserContextOptions, [string, ViewportSize][]][])('on a %s screen', (_kind, options, sizes) => {
  let tab: Tab;
  beforeAll(async () => {
    tab = await openTab(browser, program.ready.url ?? '', options);
    tab.context.setDefaultTimeout(45_000);
    await signInAs(tab.page, world);
  }, 180_000);
  afterAll(() => tab?.context.close());

  describe.each(PAGES.map((address, index) => ({ address, index })))('$address', ({ address, index }) => {
    // The pages are loaded in alternating sizes, so that every size is used for loading.
    const turned = [...sizes.slice(index % sizes.length), ...sizes.slice(0, index % sizes.length)];
    let loaded = false;

    it.each(turned)(
      'has everything in reach on %s and cuts no figure',
      { timeout: 60_000 },
      async (name, size: ViewportSize) => {
        const { page } = tab;
        onTestFailed(async () => {
          process.stderr.write(`${name} ${address}: ${await keepPicture(tab)}\n`);
          loaded = false;
        });
        await page.setViewportSize(size);
        if (!loaded) await page.goto(address);
        loaded = true;
        await page
          .locator('[data-testid=connection-state][data-state=live]')
          .waitFor({ state: 'attached', timeout: 45_000 });
        await page.waitForFunction(() => document.querySelector('main [aria-busy=true], main .animate-wait') === null);
        // A column grows with its figures within a second.
        await page.waitForFunction(() => {
          const cells = [...document.querySelectorAll<HTMLElement>('main :is(td, th[scope=row])')];
          return cells.every((cell) => cell.classList.contains('text-left') || cell.scrollWidth <= cell.clientWidth);
        });
        expect(await sidewaysOverflow(page)).toEqual([]);
        expect(await outOfReach(page)).toEqual([]);
        expect(await cutOff(page)).toEqual([]);
      },
    );
  });
});
