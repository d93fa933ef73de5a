import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { createRealWorld, type RealWorld } from '../chaos/real-world.js';
import { eventually } from '../server/src/testing/eventually.js';
import { makePosition } from '../server/src/testing/make.js';
import { DESKTOP, keepPicture, openBrowser, openTab, signInAs, type Tab } from './testing/browser.js';
import type { Program } from './testing/program.js';
import { ALL_ROLES } from './testing/world.js';

const POSITIONS = 62;

/** Close all while the exchange lacks the coins: the page must report what the exchange really did. */
let world: RealWorld;
let program: Program;
let browser: Browser;
let tab: Tab;

beforeAll(async () => {
  world = await createRealWorld();
  const { id: exchange_account_id } = await world.db.prisma.exchangeAccount.findFirstOrThrow({ select: { id: true } });
  // Each SOL position is larger than the account's balance: the first sells what is there, the others sell nothing.
  for (let made = 1; made < POSITIONS; made++) {
    await makePosition(world.db, {
      exchange_account_id,
      trade_mode: 'REAL',
      symbol: 'SOL/USDT',
      qty_total: '1000',
      price_open: '180',
    });
  }
  await makePosition(world.db, {
    exchange_account_id,
    trade_mode: 'REAL',
    symbol: 'ETH/USDT',
    qty_total: '1',
    price_open: '3000',
  });
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  await signInAs(tab.page, world);
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

it('what was not sold is not called sold, says why, and is tried again when the coins are there', async () => {
  const { page } = tab;
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
  await page.getByTestId('mode-switch').getByRole('button', { name: 'Real' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Show real trading' }).click();
  await page.goto('/positions');
  // The exchange is slow: until it answers, the page must not say that anything was sold.
  const quick = world.fake.faults.during('place', { answerAfterMs: 700 });
  await page.getByRole('button', { name: 'Close all' }).click();
  await page.getByRole('button', { name: 'Make the plan' }).click();
  await page.getByRole('button', { name: `Close ${POSITIONS} positions now` }).click();
  const results = page.getByTestId('plan-results');
  await results.getByText(/^In progress: \d+ of 62 finished$/).waitFor();
  quick();
  await results.getByText('Still open: 60 positions').waitFor({ timeout: 60_000 });
  await results.getByText('2 positions closed · 60 positions not sold').waitFor();
  await results.getByText(/^Sold from 2 positions:/).waitFor();
  const items = results.getByRole('list', { name: 'Results one by one' }).getByRole('listitem');
  expect(await items.filter({ hasText: 'Not sold' }).count()).toBe(60);
  expect(await items.first().getAttribute('data-state')).toBe('FAILED');
  expect(await world.db.prisma.tradePosition.count({ where: { status: 'OPEN' } })).toBe(60);
  expect(world.fake.orders().filter(({ status }) => status === 'FILLED')).toHaveLength(2);

  // The coins arrive, and the rest can be sold.
  world.fake.engine.balances.open('account', { USDT: '1000000', BTC: '1', ETH: '10', SOL: '100000' });
  await results.getByRole('button', { name: 'Try the rest again' }).click();
  await results.getByText('Everything is closed and canceled.').waitFor({ timeout: 60_000 });
  await results.getByText('60 positions closed').waitFor();
  await eventually(async () =>
    expect(await world.db.prisma.tradePosition.count({ where: { status: 'OPEN' } })).toBe(0),
  );
});
