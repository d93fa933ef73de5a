import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { DESKTOP, openBrowser, openTab, signInAs } from './testing/browser.js';
import type { Program } from './testing/program.js';
import { send } from './testing/sender.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

let world: World;
let program: Program;
let browser: Browser;
beforeAll(async () => {
  world = await createWorld();
  [program, browser] = await Promise.all([world.start(ALL_ROLES), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

it('the explorer opens from the navigation, asks nobody else, and runs saved operations, the live one too', async () => {
  const url = program.ready.url ?? '';
  const tab = await openTab(browser, url, DESKTOP);
  const { page } = tab;
  const outside: string[] = [];
  page.on('request', (request) => {
    const isOurs = [url, url.replace(/^http/, 'ws'), 'data:', 'blob:'].some((start) => request.url().startsWith(start));
    if (!isOurs) outside.push(request.url());
  });
  await signInAs(page, world);
  await page.getByRole('link', { name: 'API explorer' }).click();
  await page.getByText('10 Follow jobs live').click();
  const received: string[] = [];
  page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => received.push(String(payload))));
  await page.getByRole('button', { name: 'Send Request' }).click();
  // The protocol does not confirm a subscription: signals are sent until the change of a job is received.
  await eventually(async () => {
    await send(program.ready.webhookUrl ?? '', { id: randomUUID(), ticker: 'BTCUSDT', action: 'buy' });
    await eventually(() => expect(received.join()).toContain('jobChanged'), 5_000);
  }, 90_000);
  await page.getByText('1 Who am I').click();
  await page.getByRole('button', { name: 'Send Request' }).click();
  await page.getByText(world.email).first().waitFor();
  expect(outside).toEqual([]);
  // The content policy is the one of the page: a violation is a fault of the console.
  expect(tab.faults).toEqual([]);
  await tab.context.close();
});
