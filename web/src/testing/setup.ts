import { cleanup } from '@testing-library/react';
import { afterAll, afterEach, expect, vi } from 'vitest';

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

// A window takes its timers with it when it is closed; jsdom leaves those of Node running.
const timers = new Set<ReturnType<typeof setTimeout>>();
for (const name of ['setTimeout', 'setInterval'] as const) {
  const start = globalThis[name] as (...given: unknown[]) => ReturnType<typeof setTimeout>;
  const started = (...given: unknown[]) => {
    const timer = start(...given);
    timers.add(timer);
    return timer;
  };
  Object.assign(globalThis, { [name]: Object.assign(started, start) });
}
afterAll(() => timers.forEach((timer) => clearTimeout(timer)));

const error = vi.spyOn(console, 'error').mockImplementation(() => undefined);

afterEach(() => {
  cleanup();
  // React reports broken markup and missing messages through console.error, so every such call fails the test.
  const calls = error.mock.calls.map((call) => call.map(String).join(' '));
  error.mockClear();
  expect(calls).toEqual([]);
});
