import { cleanup } from '@testing-library/react';
import { afterEach, expect, vi } from 'vitest';

// jsdom has no layout: elements are given a size, so that a virtualised list has something to fill.
Object.defineProperties(Element.prototype, {
  clientHeight: { configurable: true, get: () => 600 },
  clientWidth: { configurable: true, get: () => 1200 },
});

// jsdom knows the element but not how to show it; that it keeps the focus and lies on top is seen in a real browser.
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
  // React reports broken markup and missing messages through console.error: nothing of it may pass unseen.
  const calls = error.mock.calls.map((call) => call.map(String).join(' '));
  error.mockClear();
  expect(calls).toEqual([]);
});
