import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import {
  DESKTOP,
  goTo,
  keepPicture,
  openBrowser,
  openTab,
  PHONE,
  shiftsWhileMoving,
  signInAs,
  type Tab,
} from './testing/browser.js';
import type { Program } from './testing/program.js';
import { send } from './testing/sender.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

let world: World;
let program: Program;
let browser: Browser;
let tab: Tab;

// One session from the first sign-in to the last sign-out. The tests are its steps and build upon each other.
beforeAll(async () => {
  // Ten prices a second for each symbol.
  world = await createWorld({ env: { DEMO_MARKET_SPEED: '2.5' } });
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
});
beforeEach(() => {
  onTestFailed(async () => {
    process.stderr.write(
      `a picture of the page: ${await keepPicture(tab)}; what the server said: ${world.keepLogs()}\n`,
    );
  });
});
afterEach(() => {
  expect(tab.faults, 'errors and warnings in the console, exceptions, violations of the content policy').toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const alert = (id: string, action: 'buy' | 'sell', ticker = 'BTCUSDT') =>
  send(program.ready.webhookUrl ?? '', { id, ticker, action });
const openTable = () => tab.page.getByRole('table', { name: 'Open positions' });

it('a wrong password is refused with a clear message', async () => {
  const { page } = tab;
  await page.goto('/positions');
  await page.waitForURL(/\/sign-in/);
  await page.getByLabel('E-mail').fill(world.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('The e-mail or the password is wrong.').waitFor();
  expect(new URL(page.url()).pathname).toBe('/sign-in');
});

it('the right password leads to where the person was headed, and the dashboard to the first signal', async () => {
  const { page } = tab;
  await page.getByLabel('Password', { exact: true }).fill(world.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL(/\/positions$/);
  await page.getByText('No open positions').waitFor();
  await goTo(tab.page, 'Dashboard');
  await page.getByRole('heading', { name: 'Send your first signal' }).waitFor();
  await page.getByText(program.ready.webhookUrl ?? 'no address').waitFor();
  await page.locator('[data-testid=connection-state][data-state=live]').waitFor();
});

it('an alert that is posted opens a position on the page without a reload', async () => {
  const { page } = tab;
  await goTo(tab.page, 'Positions');
  await page.getByText('No open positions').waitFor();
  await page.evaluate(() => Object.assign(window, { neverReloaded: true }));
  await alert('road-1', 'buy');
  await openTable().getByRole('link', { name: 'BTC/USDT' }).waitFor();
  expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true);
  await eventually(async () => expect(await page.title()).toMatch(/^\(1\) /));
});

it('its price moves, and ten prices a second shift nothing', async () => {
  const { page } = tab;
  await alert('road-2', 'buy', 'ETHUSDT');
  await openTable().getByRole('link', { name: 'ETH/USDT' }).waitFor();
  // Opening a position adds a row; only layout shifts caused by ticks are counted.
  expect(await shiftsWhileMoving(page)).toEqual([]);
});

it('the position tells its story: chart, fills, and the way from signal to position', async () => {
  const { page } = tab;
  await openTable().getByRole('link', { name: 'BTC/USDT' }).click();
  await page.waitForURL(/\/positions\/\d+$/);
  const chart = page.getByRole('figure', { name: /Price of BTC\/USDT/ });
  await chart.locator('canvas').first().waitFor();
  const fills = page.getByRole('table', { name: 'Fills' });
  await fills.getByText('Buy', { exact: true }).waitFor();
  expect(await fills.locator('tbody tr').count()).toBe(1);
  const stages = page.getByRole('list', { name: 'From signal to position' }).getByRole('listitem');
  await stages.filter({ hasText: 'Received' }).waitFor();
  await stages.filter({ hasText: 'Booked' }).waitFor();
});

it('the events list has the receipt, and the receipt every stage in order', async () => {
  const { page } = tab;
  await goTo(tab.page, 'Events');
  const rows = page.getByRole('table', { name: /^Signals, newest first/ }).locator('tbody tr');
  await eventually(async () => expect(await rows.count()).toBe(2));
  await rows.filter({ hasText: 'BTC/USDT' }).getByRole('link').first().click();
  await page.waitForURL(/\/events\/.+/);
  const stages = page.getByRole('list', { name: 'Timeline' }).getByRole('listitem');
  await stages.filter({ hasText: 'Booked' }).waitFor();
  const texts = await stages.allTextContents();
  const wanted = [
    'Received',
    'Verified',
    'Read',
    'Saved',
    'Queued',
    'Started',
    'Sent',
    'Confirmed',
    'Filled',
    'Booked',
  ];
  expect(wanted.map((stage) => texts.findIndex((text) => text.startsWith(stage)))).toEqual(wanted.map((_, at) => at));
});

it('the lab explains a message and trades nothing', async () => {
  const { page } = tab;
  const count = async () => (await world.db.query<{ n: bigint }[]>('SELECT COUNT(*) AS n FROM trade_jobs'))[0]?.n;
  const before = await count();
  await goTo(tab.page, 'Signal lab');
  await page.getByRole('textbox', { name: 'Message' }).fill('SOLUSDT.P Caça Fundo 🟢 (H1)');
  await page.getByText('Would buy').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('BTCUSDT buy sell');
  await page.getByText('It would be refused').waitFor();
  expect(await count()).toEqual(before);
});

it('the vault shows the reservations of buys and the proceeds of a sell', async () => {
  const { page } = tab;
  await goTo(tab.page, 'Vaults');
  await page.getByRole('link', { name: 'Demo vault' }).click();
  const ledger = page.getByRole('table', { name: /Transactions of Demo vault/ });
  const entries = (name: string) => ledger.getByText(name, { exact: true });
  await eventually(async () => expect(await entries('Buy paid').count()).toBe(2));
  expect(await entries('Reserved for a buy').count()).toBe(2);
  await alert('road-3', 'sell');
  await entries('Proceeds of a sale').waitFor();
  await goTo(tab.page, 'Positions');
  await openTable().getByRole('link', { name: 'ETH/USDT' }).waitFor();
  expect(await openTable().getByRole('link', { name: 'BTC/USDT' }).count()).toBe(0);
  await page.getByText('Closed', { exact: true }).first().click();
  await page.getByRole('table', { name: 'Closed positions' }).getByText('Sell signal').waitFor();
});

it('the figures of the dashboard follow a filter, the page says so, and nothing moves', async () => {
  const { page } = tab;
  await goTo(tab.page, 'Dashboard');
  const line = page.getByTestId('dashboard-filter');
  const figure = (name: string) => page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) });
  const places = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('main h2')].map((one) => [one.textContent, one.getBoundingClientRect().top]),
    );
  const choose = async (symbol: string) => {
    await page.getByRole('button', { name: /^Symbol/ }).click();
    await page.getByRole('menuitemcheckbox', { name: symbol }).click();
    await page.keyboard.press('Escape');
  };
  await figure('Wins and losses')
    .getByText(/^(1 \/ 0|0 \/ 1)$/)
    .waitFor();
  const whole = await places();
  const total = await figure('Realized in total').textContent();

  await choose('ETH/USDT');
  await figure('Wins and losses').getByText('0 / 0').waitFor();
  expect(await line.textContent()).toBe('Only: ETH/USDT');
  expect(new URL(page.url()).searchParams.get('symbol')).toBe('ETH/USDT');
  await figure('Realized in total').getByText('0.00').waitFor();
  await figure('Equity').getByText('Whole accounts: not by source or symbol').waitFor();
  await figure('Unrealized').getByText('1 open position').waitFor();
  const live = await figure('Unrealized').textContent();
  await eventually(async () => expect(await figure('Unrealized').textContent()).not.toBe(live));
  expect(await places()).toEqual(whole);

  await choose('ETH/USDT');
  await choose('BTC/USDT');
  await page.getByText('No open position matches the filter.').waitFor();
  await eventually(async () => expect(await figure('Realized in total').textContent()).toBe(total));
  await page.reload();
  await page.getByText('No open position matches the filter.').waitFor();
  expect(await line.textContent()).toBe('Only: BTC/USDT');
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await page.getByRole('table', { name: 'Open now' }).getByRole('link', { name: 'ETH/USDT' }).waitFor();
  expect(await line.textContent()).toBe('Figures of all accounts, sources and symbols.');
});

it('the clock of the server runs beside the connection state, and its width never changes', async () => {
  const clock = tab.page.getByTestId('server-clock');
  await tab.page.locator('[data-testid=server-clock][data-confirmed=true]').waitFor();
  const widths = new Set<number | undefined>();
  const times = new Set<string | null>();
  await eventually(async () => {
    times.add(await clock.locator('time').textContent());
    widths.add((await clock.boundingBox())?.width);
    expect(times.size).toBeGreaterThan(3);
  });
  expect(widths.size).toBe(1);
  expect(await clock.getAttribute('title')).toMatch(/Server time\n.*\n.*UTC\nThe clock of this device agrees\./);
});

it('the keyboard reaches help, filter, pages, rows and back', async () => {
  const { page } = tab;
  const press = (keys: string) =>
    keys.split(' ').reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());
  await press('g d');
  await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor();
  await press('g p');
  await page.getByRole('heading', { level: 1, name: 'Positions' }).waitFor();
  await openTable().getByRole('link', { name: 'ETH/USDT' }).waitFor();
  await press('?');
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
  await press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await press('/');
  const filter = page.getByRole('searchbox');
  // While the user types, the keys of shortcuts are letters.
  await page.keyboard.type('eth g d ?');
  expect(await filter.inputValue()).toBe('eth g d ?');
  await filter.fill('');
  await filter.blur();
  await press('f');
  await page.getByTestId('prices-frozen').waitFor();
  await press('f');
  await page.getByTestId('prices-frozen').waitFor({ state: 'detached' });
  await press('j c');
  await page.getByRole('dialog', { name: /^Sell / }).waitFor();
  await press('Escape');
  await press('Enter');
  await page.waitForURL(/\/positions\/\d+$/);
  await goTo(page, 'Positions');
});

it('theme and language change at once and are remembered', async () => {
  const { page } = tab;
  const root = page.locator('html');
  const choose = async (name: string) => {
    await page.getByTestId('user-menu').click();
    await page.getByRole('menuitemradio', { name }).click();
    await page.keyboard.press('Escape');
  };
  expect(await root.getAttribute('data-theme')).toBe('dark');
  await choose('Light');
  expect(await root.getAttribute('data-theme')).toBe('light');
  await choose('Português');
  await page.getByRole('link', { name: 'Posições' }).first().waitFor();
  await page.reload();
  await page.getByRole('link', { name: 'Posições' }).first().waitFor();
  expect([await root.getAttribute('data-theme'), await root.getAttribute('lang')]).toEqual(['light', 'pt-BR']);
});

it('signing out shows the sign-in page, and nothing else is shown any more', async () => {
  const { page } = tab;
  await page.getByTestId('user-menu').click();
  await page.getByRole('menuitem', { name: 'Sair' }).click();
  await page.waitForURL(/\/sign-in/);
  await page.goto('/vaults');
  await page.waitForURL(/\/sign-in/);
});

it('on a phone positions are moving cards', async () => {
  await tab.context.close();
  tab = await openTab(browser, program.ready.url ?? '', PHONE);
  const { page } = tab;
  await signInAs(page, world);
  await page.goto('/positions');
  const card = page.getByRole('list', { name: 'Open positions' }).getByRole('listitem').filter({ hasText: 'ETH/USDT' });
  const first = await card.textContent();
  await eventually(async () => expect(await card.textContent()).not.toBe(first));
});

it('on a phone the actions of a position are in a sheet, which goes by Escape, back, a tap outside and a pull', async () => {
  const { page, context } = tab;
  const button = page.getByRole('button', { name: 'Actions of ETH/USDT' });
  const sheet = page.getByRole('dialog');
  const isGone = async () => {
    await sheet.waitFor({ state: 'hidden' });
    expect(new URL(page.url()).pathname).toBe('/positions');
    await eventually(async () => expect(await button.evaluate((one) => one === document.activeElement)).toBe(true));
  };
  const open = async () => {
    await button.click();
    await sheet.getByRole('button', { name: 'Close position' }).waitFor();
  };
  expect((await button.boundingBox())?.height).toBeGreaterThanOrEqual(44);
  await open();
  for (const name of ['Edit exits', 'Add', 'Limit sell'])
    expect(await sheet.getByRole('button', { name }).isVisible()).toBe(true);
  // Its lower edge is that of the screen, within reach of the thumb.
  const box = await sheet.boundingBox();
  expect((box?.y ?? 0) + (box?.height ?? 0)).toBeCloseTo(844, 0);
  await page.keyboard.press('Escape');
  await isGone();
  await open();
  await page.goBack();
  await isGone();
  await open();
  await page.mouse.click(195, 30);
  await isGone();
  await open();
  const top = (await sheet.boundingBox())?.y ?? 0;
  const finger = await context.newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', y?: number) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: y === undefined ? [] : [{ x: 150, y }] });
  await touch('touchStart', top + 20);
  for (const px of [30, 60, 90, 130]) await touch('touchMove', top + 20 + px);
  await touch('touchEnd');
  await isGone();

  // A dialog of an action stands above it, and leaves it there.
  await open();
  await sheet.getByRole('button', { name: 'Limit sell' }).click();
  await page.getByRole('dialog').nth(1).waitFor();
  await page.keyboard.press('Escape');
  await eventually(async () => expect(await page.getByRole('dialog').count()).toBe(1));
  await sheet.getByRole('link', { name: 'Open the position' }).click();
  await page.waitForURL(/\/positions\/\d+$/);
  const bar = page.getByTestId('position-bar');
  for (const one of await bar.getByRole('button').all()) {
    const at = await one.boundingBox();
    expect(at?.height).toBeGreaterThanOrEqual(44);
    expect(at?.y).toBeGreaterThan(844 / 2);
  }
  await bar.getByRole('button', { name: /^Actions/ }).click();
  await sheet.getByRole('button', { name: 'Edit exits' }).waitFor();
  await page.goBack();
  await sheet.waitFor({ state: 'hidden' });
  await page.goBack();
  await button.waitFor();
});

it('the server has nothing to complain about', () => {
  expect(program.logs.filter((line) => /"level":"(warn|error|fatal)"/.test(line) || !line.startsWith('{'))).toEqual([]);
});
