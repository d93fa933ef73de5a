import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { DESKTOP, goTo, keepPicture, openBrowser, openTab, signInAs, type Tab } from './testing/browser.js';
import { settled } from './testing/books.js';
import { coloredRows } from './testing/chart.js';
import type { Program } from './testing/program.js';
import { send } from './testing/sender.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

let world: World;
let program: Program;
let browser: Browser;
let tab: Tab;
let folder: string;

// One session of a user who uses every action of the page. The tests are its steps and build upon each other.
beforeAll(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-e2e-'));
  world = await createWorld({ env: { PRICE_FEED: 'replay', REPLAY_FILE: recordWaves(folder) } });
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
  tab = await openTab(browser, program.ready.url ?? '', DESKTOP);
  await signInAs(tab.page, world);
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
  rmSync(folder, { recursive: true, force: true });
});

/**
 * Ten minutes of ten prices a second that go up and down by 0.3 percent every four seconds and slowly rise. So the
 * movements come at known times, and a more distant stop is never reached.
 */
function recordWaves(into: string): string {
  const bases = { 'BTC/USDT': 98_000, 'ETH/USDT': 3_600, 'SOL/USDT': 180 };
  const lines = Array.from({ length: 6_000 }, (_, at) => {
    const wave = Math.abs((at % 40) - 20) / 20;
    return Object.entries(bases).map(([symbol, base]) => {
      const price = base * (1 + 0.003 * wave + at * 1e-6);
      return `${at * 100},${symbol},${price.toFixed(2)}`;
    });
  });
  const file = path.join(into, 'waves.csv');
  writeFileSync(file, `timestamp_ms,symbol,price\n${lines.flat().join('\n')}\n`);
  return file;
}

let signals = 0;
/** Posts a signal and returns the newest job of its symbol when it has ended. */
async function signal(action: 'buy' | 'sell', ticker: 'BTCUSDT' | 'ETHUSDT' | 'SOLUSDT') {
  await send(program.ready.webhookUrl ?? '', { id: `owner-${++signals}`, ticker, action });
  await settled(world.db);
  return world.db.prisma.tradeJob.findFirstOrThrow({ orderBy: { id: 'desc' }, include: { position_open: true } });
}
const button = (name: string | RegExp) => tab.page.getByRole('button', { name });
const dialog = () => tab.page.getByRole('dialog');
const openTable = () => tab.page.getByRole('table', { name: 'Open positions' });
const rowOf = (symbol: string) => openTable().locator('tbody tr').filter({ hasText: symbol });
const headings = () => openTable().getByRole('columnheader').allTextContents();

async function openPosition(symbol: string): Promise<void> {
  await goTo(tab.page, 'Positions');
  await openTable().getByRole('link', { name: symbol }).click();
  await tab.page.waitForURL(/\/positions\/\d+$/);
}
/** The text of a cell, by the header of its column. */
async function cell(symbol: string, heading: string): Promise<string> {
  const at = (await headings()).findIndex((text) => text.trim() === heading);
  return (await rowOf(symbol).locator('td, th').nth(at).innerText()).trim();
}
const percent = (text: string): number => Number(text.replace(/[^\d.-]/g, ''));

/** The steps of a sell that the dialog showed, each with its state, until the last step is shown. */
async function followSell(last: string): Promise<string[]> {
  const progress = tab.page.getByTestId('job-progress');
  await progress.getByRole('status').getByText(last, { exact: true }).first().waitFor();
  return (await progress.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n')[0]?.trim() ?? '');
}

it('a parameter gives the next position its ladder, its arming and its end of time', async () => {
  const { page } = tab;
  await goTo(tab.page, 'Parameters');
  await button('Edit SOL/USDT').click();
  const form = dialog();
  await form.getByRole('switch', { name: 'Trailing stop' }).click();
  await form.getByRole('textbox', { name: 'Trailing stop', exact: true }).fill('4');
  await form.getByRole('textbox', { name: 'Armed from a profit of' }).fill('1.5');
  await form.getByRole('textbox', { name: 'Time stop, hours' }).fill('36');
  for (const [index, [profit, share]] of [
    ['2', '50'],
    ['5', '25'],
  ].entries()) {
    await form.getByRole('button', { name: 'Add a target' }).click();
    await form.getByRole('textbox', { name: `Target ${index + 1}, above the entry` }).fill(profit ?? '');
    await form
      .getByRole('textbox', { name: 'Share sold' })
      .nth(index)
      .fill(share ?? '');
  }
  await form.getByRole('switch', { name: 'Stop moves to the entry after the first target' }).click();
  await form
    .getByText(/50% of it at \+2%, 25% of it at \+5%, then the stop moves to the entry, sold after 36 h/)
    .waitFor();
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'detached' });
  await page
    .getByRole('table', { name: /Trade parameters/ })
    .getByText('armed +1.5% · 2 targets · 36 h at most')
    .waitFor();

  await signal('buy', 'SOLUSDT');
  await openPosition('SOL/USDT');
  await page.getByText('Target 1, sells 50%').waitFor();
  await page.getByText('Target 2, sells 25%').waitFor();
  await page.getByText('Trailing stop is armed at').waitFor();
  await page.getByText('The stop moves to the entry after the first target.').waitFor();
});

it('edited exits move the distances in the table and the lines on the chart', async () => {
  const { page } = tab;
  await signal('buy', 'BTCUSDT');
  await goTo(tab.page, 'Positions');
  await eventually(async () => expect(percent(await cell('BTC/USDT', 'To stop'))).toBeGreaterThan(2));
  const before = percent(await cell('BTC/USDT', 'To stop'));
  await openPosition('BTC/USDT');
  const chart = page.getByRole('figure', { name: /Price of BTC\/USDT/ });
  await chart.locator('canvas').first().waitFor();
  expect(await coloredRows(chart, '--warn')).toEqual([]);
  await button('Edit exits').click();
  await dialog().getByRole('textbox', { name: 'Below the entry' }).fill('0.5');
  await dialog().getByRole('switch', { name: 'Trailing stop' }).click();
  await dialog().getByRole('textbox', { name: 'Below the highest price' }).fill('0.5');
  await button('Save exits').click();
  await page.getByText('The exits of BTC/USDT were saved.').waitFor();
  // The line of the trailing stop has its own color and moves with the highest price.
  const first = await eventually(async () => {
    const rows = await coloredRows(chart, '--warn');
    expect(rows).not.toEqual([]);
    return rows;
  });
  await eventually(async () => expect(await coloredRows(chart, '--warn')).not.toEqual(first));
  await goTo(tab.page, 'Positions');
  await eventually(async () => expect(percent(await cell('BTC/USDT', 'To stop'))).toBeLessThan(before - 1));
});

it('a line of the chart is dragged, and nothing changes before it is saved', async () => {
  const { page } = tab;
  await openPosition('BTC/USDT');
  const line = page.getByRole('button', { name: /^Stop loss\. Drag it/ });
  const exits = page.getByRole('dialog', { name: 'Exits of BTC/USDT' });
  const pct = exits.getByRole('textbox', { name: 'Below the entry' });
  const drag = async () => {
    await line.scrollIntoViewIfNeeded();
    const box = await line.boundingBox();
    if (!box) throw new Error('the line is not shown');
    const [x, y] = [box.x + 12, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x, y + 24, { steps: 4 });
    await page.mouse.up();
    await exits.getByText('moved on the chart to').waitFor();
    return Number(await pct.inputValue());
  };
  expect(await drag()).toBeGreaterThan(0.5);
  await button('Cancel').click();
  await exits.waitFor({ state: 'detached' });
  // Pressed without a movement, it opens the exits as they are: nothing was saved.
  await line.focus();
  await page.keyboard.press('Enter');
  await eventually(async () => expect(await pct.inputValue()).toBe('0.5'));
  await page.keyboard.press('Escape');
  await exits.waitFor({ state: 'detached' });
  const dragged = await drag();
  await button('Save exits').click();
  await page.getByText('The exits of BTC/USDT were saved.').waitFor();
  await line.click();
  await eventually(async () => expect(Number(await pct.inputValue())).toBe(dragged));
  await button('Cancel').click();
  await goTo(page, 'Positions');
});

it('a locked position is not sold by a signal, and says so', async () => {
  const { page } = tab;
  await openPosition('BTC/USDT');
  const lock = page.getByRole('switch', { name: 'Locked against sell signals' });
  await lock.click();
  await page.locator('[role=switch][aria-checked=true]').waitFor();
  const skipped = await signal('sell', 'BTCUSDT');
  expect([skipped.status, skipped.reason_code]).toEqual(['SKIPPED', 'WEBHOOK_LOCK']);
  await goTo(tab.page, 'Positions');
  await rowOf('BTC/USDT').getByLabel('Locked against sell signals').waitFor();
  await openPosition('BTC/USDT');
  await lock.click();
  await page.locator('[role=switch][aria-checked=false]').waitFor();
});

it('a limit sell rests in the book, holds its part, and gives it back when it is canceled', async () => {
  const { page } = tab;
  await button('Limit sell').click();
  await dialog().getByRole('button', { name: '50%' }).click();
  const price = dialog().getByRole('textbox', { name: 'Lowest price' });
  await price.fill(String(Math.round(Number((await price.inputValue()).replaceAll(',', '')) * 1.2)));
  await button(/^Place a limit sell of/).click();
  expect(await followSell('Resting in the book')).toEqual([
    'Sent',
    expect.stringMatching(/^Accepted Job \d+$/),
    'Resting in the book',
  ]);
  await dialog().getByRole('button', { name: 'Done' }).click();
  await page.getByRole('list', { name: 'Open orders' }).getByText('Limit').waitFor();
  await goTo(tab.page, 'Positions');
  await rowOf('BTC/USDT').getByLabel('Has open orders').waitFor();
  await goTo(tab.page, 'Limit orders');
  const orders = page.getByRole('table', { name: 'Limit orders' });
  await orders.getByRole('link', { name: 'BTC/USDT' }).waitFor();
  await orders.getByRole('button', { name: 'Cancel' }).click();
  await button('Cancel this order').click();
  await page.getByText('No resting orders').waitFor();
  const held = await world.db.prisma.tradePosition.findMany({ where: { status: 'OPEN' } });
  expect(held.map(({ qty_reserved }) => qty_reserved.toFixed())).toEqual(['0', '0']);
});

it('a quarter is sold, then the rest: sent, accepted, filled, each as the server says it', async () => {
  const { page } = tab;
  await openPosition('BTC/USDT');
  for (const share of ['25%', '100%']) {
    await button('Close position').click();
    await dialog().getByRole('button', { name: share }).click();
    await button(/^Sell .* now$/).click();
    expect(await followSell('Filled')).toEqual(['Sent', expect.stringMatching(/^Accepted Job \d+$/), 'Filled']);
    await dialog().getByRole('button', { name: 'Done' }).click();
  }
  await page.getByText('Closed', { exact: true }).first().waitFor();
  const fills = page.getByRole('table', { name: 'Fills' }).locator('tbody tr');
  await eventually(async () => expect(await fills.count()).toBe(3));
  const why = page.getByRole('list', { name: 'Why' });
  await why.getByText('Sell order', { exact: true }).first().waitFor();
  await why.getByText('Exits changed').first().waitFor();
  expect(await button('Close position').count()).toBe(0);
});

it('a trailing stop is seen firing, and answers why and how fast', async () => {
  const { page } = tab;
  await signal('buy', 'ETHUSDT');
  await openPosition('ETH/USDT');
  await button('Edit exits').click();
  await dialog().getByRole('switch', { name: 'Trailing stop' }).click();
  await dialog().getByRole('textbox', { name: 'Below the highest price' }).fill('0.05');
  await button('Save exits').click();
  const why = page.getByRole('list', { name: 'Why' });
  await why.getByText('Sell order: Trailing stop').waitFor();
  await page.getByText('Closed', { exact: true }).first().waitFor();
  const exit = why.getByRole('listitem').filter({ hasText: 'Sell order: Trailing stop' });
  await exit
    .getByText(/% below/)
    .first()
    .waitFor();
  await exit.getByRole('link', { name: /^Job \d/ }).click();
  await page.waitForURL(/\/jobs\/\d+$/);
  await page
    .getByRole('list', { name: 'Why each number is what it is' })
    .getByText('The price that fired the exit')
    .waitFor();
  await goTo(tab.page, 'Positions');
  await page
    .getByTestId('exit-speed')
    .getByText(/the last exit: price to decision p50 \d+ ms, p95 \d+ ms;/)
    .waitFor();
  await button('Closed').click();
  await page.getByRole('table', { name: 'Closed positions' }).getByText('Trailing stop').waitFor();
});

it('entries are paused for an account and for all, and sells go on', async () => {
  const { page } = tab;
  await goTo(tab.page, 'Accounts');
  await page.getByRole('main').getByRole('button', { name: 'Pause entries' }).click();
  await dialog().getByRole('button', { name: 'Pause entries' }).click();
  await page.getByTestId('pause-banner').getByText('New entries are paused on: Demo account.').waitFor();
  expect((await signal('buy', 'ETHUSDT')).reason_code).toBe('ENTRIES_PAUSED');
  await page.getByRole('main').getByRole('button', { name: 'Resume entries' }).click();
  await dialog().getByRole('button', { name: 'Resume entries' }).click();
  await page.getByTestId('pause-banner').waitFor({ state: 'detached' });
  await goTo(tab.page, 'Positions');
  await page.getByRole('main').getByRole('button', { name: 'Pause entries' }).click();
  await dialog().getByRole('button', { name: 'Pause entries' }).click();
  await page
    .getByTestId('pause-banner')
    .getByText(/^New entries are paused on all accounts since/)
    .waitFor();
  expect((await signal('buy', 'ETHUSDT')).reason_code).toBe('ENTRIES_PAUSED');
  expect((await signal('sell', 'SOLUSDT')).status).toBe('FILLED');
  await page.getByRole('main').getByRole('button', { name: 'Resume entries' }).click();
  await dialog().getByRole('button', { name: 'Resume entries' }).click();
  await page.getByTestId('pause-banner').waitFor({ state: 'detached' });
});

it('closing all is a plan with a count and a value first, and then exactly that plan', async () => {
  const { page } = tab;
  await signal('buy', 'BTCUSDT');
  await signal('buy', 'ETHUSDT');
  await openTable().getByText('2 positions').waitFor();
  await button('Close all').click();
  await button('Make the plan').click();
  await page.getByTestId('plan-totals').getByText('2 positions are worth').waitFor();
  expect(await world.db.prisma.tradePosition.count({ where: { status: 'OPEN' } })).toBe(2);
  await button('Close 2 positions now').click();
  const results = page.getByTestId('plan-results');
  await results.getByText('Everything is closed and canceled.').waitFor();
  await results.getByText('2 positions closed').waitFor();
  expect(
    await results.getByRole('list', { name: 'Results one by one' }).getByText('Sold', { exact: true }).count(),
  ).toBe(2);
  await button('Done').click();
  await page.getByText('No open positions').waitFor();
});

it('the kill switch stops entries, cancels what rests and closes everything, from any page', async () => {
  const { page } = tab;
  await signal('buy', 'BTCUSDT');
  await openPosition('BTC/USDT');
  await button('Limit sell').click();
  await dialog().getByRole('button', { name: '25%' }).click();
  const price = dialog().getByRole('textbox', { name: 'Lowest price' });
  await price.fill(String(Math.round(Number((await price.inputValue()).replaceAll(',', '')) * 1.2)));
  await button(/^Place a limit sell of/).click();
  await followSell('Resting in the book');
  await dialog().getByRole('button', { name: 'Done' }).click();
  await goTo(tab.page, 'Signal lab');
  await page.getByTestId('kill-switch').click();
  await dialog().getByRole('checkbox').check();
  await button('Continue').click();
  await dialog().getByText('Then every open position is sold at the market.').waitFor();
  await button('Stop now').click();
  const account = page
    .getByTestId('plan-results')
    .getByRole('list', { name: 'Results by account' })
    .getByRole('listitem');
  await account.getByText('1 position closed · 1 order canceled').waitFor();
  expect(await account.innerText()).toContain('Demo account');
  await button('Done').click();
  await page.getByTestId('pause-banner').waitFor();
  await settled(world.db);
  expect((await signal('buy', 'ETHUSDT')).reason_code).toBe('ENTRIES_PAUSED');
  const open = { status: { in: ['PENDING', 'EXECUTING', 'PENDING_LIMIT'] } };
  expect(await world.db.prisma.tradeJob.count({ where: open })).toBe(0);
  expect(await world.db.prisma.tradePosition.count({ where: { status: 'OPEN' } })).toBe(0);
});

it('the server complains about nothing but the kill switch', () => {
  const complaints = program.logs.filter((line) => /"level":"(warn|error|fatal)"/.test(line) || !line.startsWith('{'));
  expect(complaints).toEqual([expect.stringContaining('the kill switch was used')]);
});
