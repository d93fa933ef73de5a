import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fromBase32, hotp, totpStep } from '../server/src/core/access/totp.js';
import { DESKTOP, openBrowser, openTab } from './testing/browser.js';
import { freePort, type Program } from './testing/program.js';
import { ALL_ROLES, createWorld, type World } from './testing/world.js';

let world: World;
let program: Program;
let second: Program;
let browser: Browser;
beforeAll(async () => {
  world = await createWorld({ env: { DEMO_SEED: 'false' } });
  browser = await openBrowser();
  program = await world.start(ALL_ROLES);
  second = await world.start(['api'], { port: await freePort() });
});
afterAll(async () => {
  await browser?.close();
  await world?.close();
});

const codeIn = ({ logs }: Program) => /\/setup#([A-Z2-7-]{19}) /.exec(logs.join('\n'))?.[1];
const EMAIL = 'ada@example.com';
const PASSWORD = 'a good long password';

it('a fresh installation leads every page to its set-up, and the code of the log makes the administrator', async () => {
  const setupCode = codeIn(program) ?? '';
  expect(setupCode).not.toBe('');
  // Another process shows the same code.
  expect(codeIn(second)).toBe(setupCode);
  const { page, faults } = await openTab(browser, program.ready.url ?? '', DESKTOP);
  for (const path of ['/', '/positions', '/sign-in', '/admin/users']) {
    await page.goto(path);
    await page.waitForURL('**/setup');
  }
  await page.getByLabel('One-time code').fill(setupCode.toLowerCase());
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('New password', { exact: true }).fill(PASSWORD);
  await page.getByLabel('New password again').fill(PASSWORD);
  await page.getByRole('button', { name: 'Next: second factor' }).click();
  await page.getByRole('img', { name: /QR code/ }).waitFor();
  const secret = (await page.getByRole('figure').locator('code').innerText()).trim();
  const codeNow = () => hotp(fromBase32(secret), totpStep(Date.now()));
  await page.getByLabel('Code of the app').fill(codeNow());
  await page.getByRole('button', { name: 'Create the administrator' }).click();
  const codes = await page.getByRole('figure', { name: 'Recovery codes' }).innerText();
  await page.getByRole('button', { name: /open the dashboard/ }).click();
  await page.getByRole('link', { name: 'Message servers' }).waitFor();
  // From now on a sign-in needs the second factor, and the set-up is over.
  await page.context().clearCookies();
  await page.goto('/setup');
  await page.waitForURL('**/sign-in');
  await page.getByLabel('E-mail').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByLabel('Code').fill(codes.split('\n')[0] ?? '');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByTestId('user-menu').waitFor();
  expect(faults).toEqual([]);
});
