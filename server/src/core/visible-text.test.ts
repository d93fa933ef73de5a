import { expect, it } from 'vitest';
import { isVisibleText, withHiddenShown } from './visible-text.js';

it.each(['Main account', 'Conta principal 🚀', '👨‍👩‍👧', 'می‌خواهم', 'Ünïcödé', '日本語', 'a-b_c (1)'])(
  '%s is visible',
  (text) => {
    expect(isVisibleText(text)).toBe(true);
    expect(withHiddenShown(text)).toBe(text);
  },
);

it.each([
  'a\nb',
  'a\rb',
  'a\tb',
  '\u202eevil',
  'a\u200eb',
  'a\u2066b\u2069',
  'a\u0000b',
  '\u001b[31m',
  'a\u2028b',
  'a\u200bb',
  '\ufeffa',
  'a\u0085b',
  'a\u{e0041}b',
  'a\u00adb',
])('%j is not', (text) => {
  expect(isVisibleText(text)).toBe(false);
  expect(isVisibleText(withHiddenShown(text))).toBe(true);
});
