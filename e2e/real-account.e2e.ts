import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFailed } from 'vitest';
import { createRealWorld, type RealWorld } from '../chaos/real-world.js';
import { DESKTOP, goTo, keepPicture, openBrowser, openTab, PHONE, signInAs, type Tab } from './testing/browser.js';
import { settled } from './testing/books.js';
import { changeLook, inLook, LOOKS, openStill } from './testing/looks.js';
import type { Program } from './testing/program.js';
import { send } from './testing/sender.js';
import { ALL_ROLES } from './testing/world.js';

/** A user connects a real account and trades on it, at the fake exchange. */
let world: RealWorld;
let program: Program;
let browser: Browser;
let tab: Tab;

beforeAll(async () => {
  world = await createRealWorld();
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  await signInAs(tab.page, world);
}, 120_000);
beforeEach(() => {
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
});
afterEach(() => {
  expect(tab.faults, 'errors and warnings in the console, exceptions, violations of the content policy').toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const dialog = () => tab.page.getByRole('dialog');

it('turning to real money is asked first, and said on every page from then on', async () => {
  const { page } = tab;
  // This must be visible at once, before the page has its data.
  await page.getByTestId('mode-switch').getByRole('button', { name: 'Real' }).click();
  await dialog().getByText('Real money. Every order shown here goes to an exchange.').waitFor();
  await dialog().getByRole('button', { name: 'Show real trading' }).click();
  for (const name of ['Dashboard', 'Positions', 'Accounts', 'Jobs', 'Vaults']) {
    await goTo(page, name);
    await page.getByText('Real money. Every order shown here goes to an exchange.').waitFor();
  }
});

it('an account is connected with its keys and the owner’s password, and the keys are never shown again', async () => {
  const { page } = tab;
  const { apiKey, secret } = world.fake.credentials;
  await goTo(page, 'Accounts');
  await page.getByRole('button', { name: 'Connect an account' }).click();
  const fill = (name: string, text: string) => dialog().getByRole('textbox', { name, exact: true }).fill(text);
  await fill('Name', 'Second account');
  await dialog().getByLabel('API key').fill(apiKey);
  await dialog().getByLabel('API secret').fill(secret);
  const password = dialog().locator('input[name=password]');
  await password.fill('not the password');
  await dialog().getByRole('button', { name: 'Connect account' }).click();
  await dialog().getByRole('alert').waitFor();
  expect(await world.db.prisma.exchangeAccount.count({ where: { label: 'Second account' } })).toBe(0);
  // The typed values are kept, except the password.
  expect(await password.inputValue()).toBe('');
  await password.fill(world.password);
  await dialog().getByRole('button', { name: 'Connect account' }).click();
  await page.getByText('Second account is connected. Test the connection next.').waitFor();

  const card = page.getByRole('region').filter({ hasText: 'Second account' }).first();
  await card.getByRole('button', { name: 'Test connection' }).click();
  await card.getByText('may trade').waitFor();
  await card.getByText('may not withdraw').waitFor();
  await card.getByText(/Answer in \d+ ms · clock -?\d+ ms apart/).waitFor();
  const shown = await page.content();
  expect([shown.includes(apiKey), shown.includes(secret)]).toEqual([false, false]);
  const logged = program.logs.join('\n');
  expect([logged.includes(secret), logged.includes(world.password)]).toEqual([false, false]);
});

it('a signal buys at the exchange, and the position is the one of the real account', async () => {
  const { page } = tab;
  await goTo(page, 'Positions');
  await send(program.ready.webhookUrl ?? '', { id: 'real-1', ticker: 'BTCUSDT', action: 'buy' });
  await settled(world.db);
  const row = page.getByRole('table', { name: 'Open positions' }).getByRole('row').filter({ hasText: 'BTC/USDT' });
  await row.getByText('Demo account').waitFor();
  expect(world.fake.orders()).toMatchObject([{ status: 'FILLED', side: 'BUY' }]);
  await row.getByRole('link', { name: 'BTC/USDT' }).click();
  await page.getByRole('button', { name: 'Close position' }).click();
  await dialog().getByText('Real money: this order goes to the exchange.').waitFor();
  await dialog().getByRole('button', { name: '100%' }).click();
  await dialog()
    .getByRole('button', { name: /^Sell .* now$/ })
    .click();
  await dialog().getByTestId('job-progress').getByText('Filled', { exact: true }).first().waitFor();
  await dialog().getByRole('button', { name: 'Done' }).click();
  expect(await world.wrong()).toEqual([]);
});

it('the pages of real money pass axe on a desktop and a phone', { timeout: 120_000 }, async () => {
  const phone = await openTab(browser, program.ready.url ?? '', PHONE);
  await signInAs(phone.page, world);
  const found: string[] = [];
  for (const [index, { page }] of [tab, phone].entries()) {
    // This window shows real money, also when it is loaded again.
    await page.evaluate(() => sessionStorage.setItem('mvcashnode.mode', 'REAL'));
    for (const address of ['/', '/positions', '/accounts', '/orders', '/sources']) {
      await openStill(page, address);
      found.push(...(await inLook(page, `${address} in REAL`, LOOKS[index] ?? LOOKS[0], { tradeMode: 'REAL' })));
    }
    await changeLook(page, LOOKS[0]);
    await page.evaluate(() => sessionStorage.removeItem('mvcashnode.mode'));
  }
  expect(found.join('\n\n')).toBe('');
  expect(phone.faults).toEqual([]);
});
