import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { startFakeExchange, type FakeExchange } from '../server/src/testing/fake-exchange/start-fake-exchange.js';
import { makeAccount, makePosition } from '../server/src/testing/make.js';
import { DESKTOP, keepPicture, openBrowser, openTab, signInAs } from './testing/browser.js';
import { createWorld, type World } from './testing/world.js';

/** The demo market runs next to a real exchange: one symbol has two prices, each on its own rows. */
const BTC = 'BTC/USDT';
let bybit: FakeExchange;
let world: World;
let browser: Browser;
let positionId: number;

beforeAll(async () => {
  bybit = await startFakeExchange({ dialect: 'bybit' });
  bybit.setPrice(BTC, { last: '50000', bid: '49999', ask: '50001' });
  const EXCHANGE_API_URLS = JSON.stringify({ BYBIT_SPOT: bybit.url });
  world = await createWorld({ forManySignals: true, env: { EXCHANGE_API_URLS, STALE_PRICE_MS: '8000' } });
  const demo = await world.db.prisma.exchangeAccount.findFirstOrThrow({ select: { id: true, user_id: true } });
  const real = await makeAccount(world.db, { user_id: demo.user_id, exchange: 'BYBIT_SPOT', is_simulation: false });
  const position = { qty_total: '0.01', price_open: '40000', sl_enabled: false, tp_enabled: false };
  await makePosition(world.db, { ...position, exchange_account_id: demo.id });
  const held = await makePosition(world.db, { ...position, exchange_account_id: real.id, trade_mode: 'REAL' });
  positionId = held.id;
  // There is no executor, so nothing is sold during the test.
  [browser] = await Promise.all([openBrowser(), world.start(['api', 'monitors'])]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
  await bybit?.stop();
});

const rowText = (page: Page) =>
  page.getByRole('table', { name: 'Open positions' }).locator('tbody tr').first().innerText();
/** Whether every figure that depends on the price is dimmed; some = only some of them. */
const stale = async (page: Page): Promise<'all' | 'some' | 'none'> => {
  const dimmed = await page.locator('tbody [data-stale]').count();
  return dimmed === 0 ? 'none' : dimmed >= 4 ? 'all' : 'some';
};

it('a real position is shown by the prices of its exchange, a simulated one by the demo market', async () => {
  const tab = await openTab(browser, world.programs[0]?.ready.url ?? '', DESKTOP);
  const { page } = tab;
  onTestFailed(async () => void process.stderr.write(`a picture of the page: ${await keepPicture(tab)}\n`));
  await signInAs(page, world);
  await page.goto('/positions');
  // The demo market is far from 50,000.
  await eventually(async () => expect(await rowText(page)).toMatch(/BTC\/USDT[^]*\b(8\d|9\d|1[0-2]\d),\d{3}/));
  expect(await rowText(page)).not.toMatch(/5[01],000/);

  await page.getByTestId('mode-switch').getByRole('button', { name: 'Real' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Show real trading' }).click();
  await eventually(async () => expect(await rowText(page)).toMatch(/50,000[^]*100\.00/));
  bybit.setPrice(BTC, { last: '51000', bid: '50999', ask: '51001' });
  await eventually(async () => expect(await rowText(page)).toMatch(/51,000[^]*110\.00/));
  expect(bybit.streams.openSockets()).toBe(1);

  // The exchange is down: its price becomes stale on the page, while the simulation goes on.
  await bybit.kill();
  await eventually(async () => expect(await stale(page)).toBe('all'), 20_000);
  await page.locator('[data-testid=connection-state][data-state=stale]').waitFor();
  await page.getByTestId('mode-switch').getByRole('button', { name: 'Simulation' }).click();
  await page.locator('[data-testid=connection-state][data-state=live]').waitFor();
  await eventually(async () => expect(await rowText(page)).not.toMatch(/51,000/));
  expect(await stale(page)).toBe('none');

  // The exchange is up again: the price moves again by itself, also on the page of the position.
  await bybit.restart();
  bybit.setPrice(BTC, { last: '52000', bid: '51999', ask: '52001' });
  await page.goto(`/positions/${positionId}`);
  await page
    .getByText(/52,000/)
    .first()
    .waitFor({ timeout: 45_000 });
  expect(tab.faults).toEqual([]);
}, 120_000);
