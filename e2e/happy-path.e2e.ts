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

it('the server has nothing to complain about', () => {
  expect(program.logs.filter((line) => /"level":"(warn|error|fatal)"/.test(line) || !line.startsWith('{'))).toEqual([]);
});
