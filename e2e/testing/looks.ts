import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { eventually } from '../../server/src/testing/eventually.js';
import { moveTo } from './browser.js';

/** The key of web/src/lib/preferences.ts. */
const PREFERENCES = 'mvcashnode.preferences';
export const LOOKS = [
  { theme: 'dark', locale: 'en' },
  { theme: 'light', locale: 'pt-BR' },
] as const;
export type Look = (typeof LOOKS)[number];
type TradeMode = 'REAL' | 'SIMULATION';
/** A text that every page shows in each language. */
const WORDS = { en: 'Positions|[Pp]assword', 'pt-BR': 'Posições|[Ss]enha' };

/** Changes the preferences as another window of the same user would. */
export async function changeLook(page: Page, look: Look, tradeMode: TradeMode = 'SIMULATION'): Promise<void> {
  await page.evaluate(
    ([key, newValue]) => {
      localStorage.setItem(key, newValue);
      window.dispatchEvent(new StorageEvent('storage', { key, newValue }));
    },
    [PREFERENCES, JSON.stringify({ ...look, tradeMode })] as const,
  );
  await page.locator(`html[lang="${look.locale}"][data-theme="${look.theme}"]`).waitFor();
  // The messages of another language may have to be loaded first.
  await page.waitForFunction((words) => new RegExp(words).test(document.body.innerText), WORDS[look.locale]);
  await whole(page);
}

/** Waits until the page is complete and nothing on it is loading. */
async function whole(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await eventually(async () => expect(await page.locator('[aria-busy=true]').count()).toBe(0));
}

declare global {
  interface Window {
    axe: typeof axe;
  }
}

/** The findings of axe. */
async function violations(page: Page, where: string, part: string): Promise<string[]> {
  const result: AxeResults = await page.evaluate(
    (selector) => window.axe.run(selector, { resultTypes: ['violations'] }),
    part,
  );
  return result.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(
      ({ html, failureSummary }) => `${where}: ${id} (${help})\n  ${html.slice(0, 200)}\n  ${failureSummary ?? ''}`,
    ),
  );
}

/** Words that every English sentence has and no Portuguese one. */
const ENGLISH =
  /\b(?:the|and|of|is|are|was|were|not|this|that|these|with|without|your|you|from|when|which|will|has|have|been|nothing|only|for|by|than|every|each)\b/i;

/** English texts on a page in Portuguese, also names that only screen readers read. What another program said and is marked
 * so (data-quotation), code and the mark that the license of the chart asks for are no fault; lang="en" alone is one.
 */
const englishOn = (page: Page, where: string, part: string): Promise<string[]> =>
  page.evaluate(
    ([selector, source, place]) => {
      const english = new RegExp(source, 'i');
      const isMeant = (element: Element | null) =>
        element?.closest(
          '[data-quotation], code, pre, script, style, title, .font-mono, option[lang], a[href*="tradingview.com"]',
        ) != null;
      const texts: string[] = [];
      for (const root of document.querySelectorAll(selector)) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode())
          if (!isMeant(node.parentElement)) texts.push(node.textContent ?? '');
        for (const element of root.querySelectorAll('[aria-label], [title], [placeholder]'))
          if (!isMeant(element))
            for (const name of ['aria-label', 'title', 'placeholder']) texts.push(element.getAttribute(name) ?? '');
      }
      return [...new Set(texts.filter((text) => english.test(text)))].map(
        (text) => `${place}: English: ${text.trim()}`,
      );
    },
    [part, ENGLISH.source, where] as const,
  );

/** Shows an address without animations. Axe is loaded into the page with the first one. */
export async function openStill(page: Page, address: string): Promise<void> {
  if (await page.evaluate(() => 'axe' in window)) {
    await moveTo(page, address);
    await whole(page);
    return;
  }
  await page.goto(address);
  await whole(page);
  // Colors are compared in their final state, not during a transition.
  await page.addStyleTag({
    content: '*, *::before, *::after { transition: none !important; animation: none !important }',
  });
  await page.evaluate(axe.source);
}

interface Part {
  /** A selector; the whole page by default. */
  part?: string;
  tradeMode?: TradeMode;
}

/** The findings of axe on the page or a part of it in one look, and what stays English under Portuguese. */
export async function inLook(
  page: Page,
  where: string,
  look: Look,
  { part = 'html', tradeMode }: Part = {},
): Promise<string[]> {
  await changeLook(page, look, tradeMode);
  return [
    ...(look.locale === 'pt-BR' ? await englishOn(page, where, part) : []),
    ...(await violations(page, `${where}, ${look.theme}, ${look.locale}`, part)),
  ];
}

/** The same in both themes and both languages. A theme changes only colors and a language only texts, so each is checked once. */
export async function inEveryLook(page: Page, where: string, part: Part = {}): Promise<string[]> {
  const found: string[] = [];
  for (const look of LOOKS) found.push(...(await inLook(page, where, look, part)));
  return found;
}
