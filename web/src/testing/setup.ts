import { cleanup } from '@testing-library/react';
import { afterEach, expect, vi } from 'vitest';

// jsdom has no layout, so elements get a size here. Otherwise a virtualized list would draw no rows.
Object.defineProperties(Element.prototype, {
  clientHeight: { configurable: true, get: () => 600 },
  clientWidth: { configurable: true, get: () => 1200 },
});

// jsdom knows <dialog>, but not its methods. Focus and stacking are tested in a real browser.
HTMLDialogElement.prototype.showModal = function showModal(this: HTMLDialogElement) {
  this.open = true;
};
HTMLDialogElement.prototype.close = function close(this: HTMLDialogElement) {
  this.open = false;
  this.dispatchEvent(new Event('close'));
};

const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);

afterEach(() => {
  cleanup();
  // React reports broken markup and missing messages through console.error, so every such call fails the test.
  const calls = error.mock.calls.map((call) => call.map(String).join(' '));
  error.mockClear();
  expect(calls).toEqual([]);
});
