import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { makeAccount } from '../server/src/testing/make.js';
import { DESKTOP, keepPicture, openBrowser, openTab, signInAs } from './testing/browser.js';
import { createWorld, type World } from './testing/world.js';

/** Orders that were placed by hand at the exchange of a real account, as the page shows them. */
let world: World;
let browser: Browser;

beforeAll(async () => {
  world = await createWorld({ forManySignals: true });
  const demo = await world.db.prisma.exchangeAccount.findFirstOrThrow({ select: { user_id: true } });
  const real = await makeAccount(world.db, {
    ...{ user_id: demo.user_id, exchange: 'BYBIT_SPOT', is_simulation: false, label: 'by hand', is_active: false },
  });
  const order = { exchange_account_id: real.id, order_type: 'LIMIT', placed_at: new Date() };
  await world.db.prisma.externalOrder.create({
    data: {
      ...order,
      symbol: 'ETH/USDT',
      exchange_order_id: '1',
      side: 'SELL',
      status: 'NEW',
      quantity: '2',
      limit_price: '4100',
    },
  });
  const trade = { trade_id: 't1', qty: '0.25', price: '98000.5', traded_at: new Date() };
  await world.db.prisma.externalOrder.create({
    data: {
      ...{ ...order, symbol: 'BTC/USDT', exchange_order_id: '2', side: 'BUY', status: 'FILLED', order_type: 'MARKET' },
      ...{ quantity: '0.25', executed_qty: '0.25', trades: { create: trade } },
    },
  });
  [browser] = await Promise.all([openBrowser(), world.start(['api'])]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

it('orders made at the exchange are listed among the real ones, can be adopted, and leave when they were seen', async () => {
  const tab = await openTab(browser, world.programs[0]?.ready.url ?? '', DESKTOP);
  const { page } = tab;
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
  await signInAs(page, world);
  await page.goto('/orders');
  await page.getByText('No resting orders').waitFor();
  expect(await page.getByText('Placed outside mvcashnode').count()).toBe(0);
  await page.getByTestId('mode-switch').getByRole('button', { name: 'Real' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Show real trading' }).click();
  const table = page.getByRole('table', { name: 'Placed outside mvcashnode' });
  const row = (symbol: string) => table.getByRole('row').filter({ hasText: symbol });
  await row('ETH/USDT').getByText('Resting').waitFor();
  expect(await row('BTC/USDT').innerText()).toMatch(/Buy[^]*by hand[^]*0\.25[^]*98,000\.5[^]*Filled/i);
  // Only a buy can become a position.
  expect(await row('ETH/USDT').getByRole('button', { name: 'Adopt' }).count()).toBe(0);
  await row('BTC/USDT').getByRole('button', { name: 'Adopt' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('98,000.5').waitFor();
  await dialog.getByRole('button', { name: 'Make it a position' }).click();
  // The account has no API key, so the exchange cannot be asked and no position is created.
  await dialog.getByRole('alert').waitFor();
  expect(await world.db.prisma.tradePosition.count({ where: { trade_mode: 'REAL' } })).toBe(0);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await row('ETH/USDT').getByRole('button', { name: 'Dismiss' }).click();
  await row('ETH/USDT').waitFor({ state: 'detached' });
  expect(await row('BTC/USDT').count()).toBe(1);
  expect(tab.faults).toEqual([]);
}, 120_000);
