import { act, renderHook } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LATE_AFTER_MS, useSubmit } from './submit';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const pending = () => {
  let [resolve, reject] = [() => {}, (_error: Error) => {}];
  const reservation = new Promise<void>((onDone, onLost) => ([resolve, reject] = [onDone, onLost]));
  return { reservation, resolve: () => resolve(), reject: (error: Error) => reject(error) };
};

it('without an answer it is late after five seconds, and no longer once one came', async () => {
  const { result } = renderHook(() => useSubmit());
  const answer = pending();
  let done: Promise<boolean> | undefined;
  act(() => void (done = result.current.run(() => answer.reservation)));
  act(() => void vi.advanceTimersByTime(LATE_AFTER_MS - 1));
  expect([result.current.busy, result.current.late]).toEqual([true, false]);
  act(() => void vi.advanceTimersByTime(1));
  expect(result.current.late).toBe(true);
  await act(async () => answer.resolve());
  expect(await done).toBe(true);
  expect([result.current.busy, result.current.late]).toEqual([false, false]);
});

it('a second click does nothing until the first is late, and then either answer ends it', async () => {
  const { result } = renderHook(() => useSubmit());
  const [first, second] = [pending(), pending()];
  let sent = 0;
  const run = (answer: Promise<void>) =>
    act(
      () =>
        void result.current.run(() => {
          sent += 1;
          return answer;
        }),
    );
  run(first.reservation);
  run(second.reservation);
  expect(sent).toBe(1);
  act(() => void vi.advanceTimersByTime(LATE_AFTER_MS));
  run(second.reservation);
  expect(sent).toBe(2);
  await act(async () => first.reject(new Error('lost')));
  expect([result.current.busy, result.current.refusal]).toEqual([true, undefined]);
  await act(async () => second.resolve());
  expect(result.current.busy).toBe(false);
});
