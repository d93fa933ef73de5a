import { beforeEach, expect, it } from 'vitest';
import { dismissToast, toast, toasts } from './toast';

beforeEach(() => toasts.set([]));

const places = () => toasts.get().map(({ text, isGone }) => (isGone ? '' : text));
const idOf = (text: string) => toasts.get().find((one) => one.text === text)?.id ?? 0;
const show = (...texts: string[]) => texts.forEach((text) => toast.success(text));

it('a message that goes leaves its place, until no later one is shown', () => {
  show('a', 'b', 'c');
  dismissToast(idOf('a'));
  dismissToast(idOf('b'));
  expect(places()).toEqual(['', '', 'c']);
  dismissToast(idOf('c'));
  expect(places()).toEqual([]);
});

it('at most four are shown at once: with a fifth the oldest goes, and nothing moves', () => {
  show('a', 'b', 'c', 'd', 'e');
  expect(places()).toEqual(['', 'b', 'c', 'd', 'e']);
});

it('messages that never stop fill no more than eight places', () => {
  show(...Array.from({ length: 30 }, (_, index) => `${index}`));
  expect(places()).toEqual(['', '', '', '', '26', '27', '28', '29']);
});
