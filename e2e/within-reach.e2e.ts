import type { Browser, BrowserContextOptions, Page, ViewportSize } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFailed } from 'vitest';
import { makeAccount, makeJob, makeParameter, makePosition } from '../server/src/testing/make.js';
import {
  DESKTOP,
  keepPicture,
  moveTo,
  openBrowser,
  openTab,
  PHONE,
  sidewaysOverflow,
  signInAs,
  type Tab,
} from './testing/browser.js';
import type { Program } from './testing/program.js';
import { addressOfEachRoute, readRoutePaths } from './testing/routes.js';
import { send } from './testing/sender.js';
import { signIn } from './testing/trader.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

/** Every control can be clicked and every figure can be read, on a laptop, a desktop and a phone. */
let world: World;
let program: Program;
let browser: Browser;
let addresses: Map<string, string>;

/** Every path of the router, and tabs that show something else. */
const PATHS = [...readRoutePaths().filter((path) => path !== 'sign-in'), 'positions?tab=closed'];
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
  await db.query("UPDATE vault_balances SET balance = 1234537.05847365 WHERE asset = 'USDT'");
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  const { webhookUrl = '' } = program.ready;
  await send(webhookUrl, { id: 'reach-1', ticker: 'SOLUSDT', action: 'buy' });
  addresses = await addressOfEachRoute(await signIn(program.ready.url ?? '', world));
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

const FINGER_PX = 44;

/** Controls that are too low for a finger. A label belongs to its box, and links in a text are as high as the text. */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate((least) => {
    const parts = document.querySelectorAll<HTMLElement>(
      ':is(main, header) :is(button, select, [role=switch], input[type=checkbox]), header a, nav :is(a, button)',
    );
    return [...parts].flatMap((part) => {
      if (part.closest('[inert], .sr-only') || part.checkVisibility() === false) return [];
      const box = (part.closest('label') ?? part).getBoundingClientRect();
      // A control may be smaller than what around it takes the press.
      const around = getComputedStyle(part, '::after');
      const grown = around.position === 'absolute' ? -2 * Number.parseFloat(around.top) : 0;
      if (box.height === 0 || box.height + Math.max(0, grown || 0) >= least - 1) return [];
      return [
        `${Math.round(box.height)} px: ${(part.ariaLabel ?? part.innerText ?? part.outerHTML).trim().slice(0, 60)}`,
      ];
    });
  }, FINGER_PX);

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
    // A card hides what does not fit into it.
    for (const figure of document.querySelectorAll<HTMLElement>('main article dd :is(.num, time)')) {
      const edge = figure.closest('article')?.getBoundingClientRect().right ?? 0;
      if (figure.getBoundingClientRect().right > edge) wrong.push(`${figure.innerText} ends outside its card`);
    }
    return wrong;
  });

it('figures that arrive late have the same room, and no column goes over the edge', { timeout: 60_000 }, async () => {
  const tab = await openTab(browser, program.ready.url ?? '', { viewport: { width: 1280, height: 720 } });
  const { page } = tab;
  await signInAs(page, world);
  // The rows that hold the place are drawn before any answer.
  let answer = (): void => undefined;
  const isAsked = new Promise<void>((asked) => {
    void page.route('**/graphql', async (route) => {
      if (!/OpenPositions/.test(route.request().postData() ?? '')) return route.continue();
      await new Promise<void>((resolve) => {
        answer = resolve;
        asked();
      });
      await route.continue();
    });
  });
  await page.goto('/');
  await isAsked;
  await page.locator('main tr[data-skeleton]').first().waitFor();
  answer();
  await page.locator('main tbody tr:not([data-skeleton]) th').first().waitFor();
  const over = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('main [data-scroll]')].flatMap((box) =>
      box.scrollWidth > box.clientWidth + 1 ? [`${box.dataset.scroll}: ${box.scrollWidth} in ${box.clientWidth}`] : [],
    ),
  );
  expect(over).toEqual([]);
  await tab.context.close();
});

/** One tab each: a page is shown once and then checked in every size, as when a window is resized or a phone is turned. */
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

  describe.each(PATHS.map((path, index) => ({ path, index })))('/$path', ({ path, index }) => {
    // The pages are opened in alternating sizes, so that every size is used for opening.
    const turned = [...sizes.slice(index % sizes.length), ...sizes.slice(0, index % sizes.length)];
    let loaded = false;

    it.each(turned)(
      'has everything in reach on %s and cuts no figure',
      { timeout: 60_000 },
      async (name, size: ViewportSize) => {
        const { page } = tab;
        const address = addresses.get(path) ?? `/${path}`;
        onTestFailed(async () => {
          process.stderr.write(`${name} ${address}: ${await keepPicture(tab)}\n`);
          loaded = false;
        });
        await page.setViewportSize(size);
        if (!loaded) await moveTo(page, address);
        loaded = true;
        // Pages before the sign-in show no connection.
        await page.waitForFunction(
          () => !document.querySelector('[data-testid=connection-state]:not([data-state=live])'),
        );
        await page.waitForFunction(() => document.querySelector('main [aria-busy=true], main .animate-wait') === null);
        // A column grows with its figures within a second.
        await page.waitForFunction(() => {
          const cells = [...document.querySelectorAll<HTMLElement>('main :is(td, th[scope=row])')];
          return cells.every((cell) => cell.classList.contains('text-left') || cell.scrollWidth <= cell.clientWidth);
        });
        expect(await sidewaysOverflow(page)).toEqual([]);
        expect(await outOfReach(page)).toEqual([]);
        expect(await cutOff(page)).toEqual([]);
        if (options === PHONE) expect(await tooSmall(page)).toEqual([]);
      },
    );
  });
});

/** The columns that a table shows. */
const columnsOf = (page: Page, list: string): Promise<string[]> =>
  page.getByRole('table', { name: list, exact: true }).getByRole('columnheader').allInnerTexts();

/** Hides the second column of a list that is shown, waits until it is gone, and gives it back. */
async function hideAndReset(page: Page, list: string): Promise<void> {
  const [, column = ''] = await columnsOf(page, list);
  await page.getByRole('button', { name: `Columns: ${list}`, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Columns', exact: true });
  await dialog.getByRole('checkbox', { name: column, exact: true }).uncheck();
  await expect.poll(() => columnsOf(page, list)).not.toContain(column);
  await dialog.getByRole('button', { name: 'Reset columns' }).click();
  await expect.poll(() => columnsOf(page, list)).toContain(column);
  await dialog.getByRole('button', { name: 'Done', exact: true }).click();
  await dialog.waitFor({ state: 'hidden' });
}

it('every list on every page hides a column and gets it back', { timeout: 240_000 }, async () => {
  const tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  onTestFailed(async () => void process.stderr.write(`a list: ${await keepPicture(tab)}\n`));
  const { page } = tab;
  await signInAs(page, world);
  const walked: string[] = [];
  for (const path of PATHS) {
    await moveTo(page, addresses.get(path) ?? `/${path}`);
    await page.waitForFunction(() => document.querySelector('main [aria-busy=true], main .animate-wait') === null);
    const buttons = page.getByRole('main').getByRole('button', { name: /^Columns: / });
    const lists = await buttons.evaluateAll((all) => all.map((one) => one.ariaLabel?.replace('Columns: ', '') ?? ''));
    for (const list of lists) {
      // An empty list has no columns to look at.
      if ((await page.getByRole('table', { name: list, exact: true }).count()) === 0) continue;
      await hideAndReset(page, list);
      walked.push(list);
    }
  }
  await tab.context.close();
  expect(new Set(walked).size).toBeGreaterThanOrEqual(12);
});

it('the choice of columns fits on the smallest phone', async () => {
  const tab = await openTab(browser, program.ready.url ?? '', { ...PHONE, viewport: { width: 320, height: 640 } });
  onTestFailed(async () => void process.stderr.write(`the dialog: ${await keepPicture(tab)}\n`));
  const { page } = tab;
  await signInAs(page, world);
  await moveTo(page, '/orders');
  await page.getByRole('button', { name: 'Columns: Limit orders' }).click();
  const dialog = page.getByRole('dialog', { name: 'Columns' });
  await dialog.getByRole('button', { name: 'Move to the left: Account' }).waitFor();
  const outside = await dialog
    .getByRole('button')
    .evaluateAll((all) =>
      all
        .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth)
        .map((one) => one.ariaLabel ?? one.textContent),
    );
  expect(outside).toEqual([]);
  await dialog.getByRole('checkbox', { name: 'Distance' }).uncheck();
  await dialog.getByRole('button', { name: 'Done', exact: true }).click();
  const card = page.getByRole('article').first();
  expect(await card.innerText()).not.toContain('Distance');
  expect(await card.innerText()).toContain('Limit price');
  await tab.context.close();
});
