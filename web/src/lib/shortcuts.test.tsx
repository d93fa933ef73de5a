import { act, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { setPreferences } from './preferences';
import { useShortcuts } from './shortcuts';

vi.setConfig({ testTimeout: 30_000 });

afterEach(() => setPreferences({ shortcuts: true }));

function Listener({ heard }: { heard: string[] }) {
  useShortcuts((keys) => {
    heard.push(keys);
    return true;
  });
  return (
    <>
      <input aria-label="filter" />
      <textarea aria-label="note" />
      <button type="button">press</button>
    </>
  );
}

const listen = () => {
  const heard: string[] = [];
  const { container } = render(<Listener heard={heard} />);
  return { heard, container, user: userEvent.setup() };
};

it('keys and sequences are heard anywhere on the page', async () => {
  const { heard, user } = listen();
  await user.keyboard('?gp/c');
  expect(heard).toEqual(['?', 'g', 'g p', '/', 'c']);
});

it('nothing is heard while the user types, holds a modifier, or has a dialog or a menu open', async () => {
  const { heard, container, user } = listen();
  for (const field of ['input', 'textarea']) {
    container.querySelector<HTMLElement>(field)?.focus();
    await user.keyboard('c?gp');
  }
  container.querySelector('button')?.focus();
  await user.keyboard('{Control>}c{/Control}{Alt>}c{/Alt}{Meta>}c{/Meta}');
  for (const [tag, open] of [
    ['dialog', ['open', '']],
    ['div', ['role', 'menu']],
  ] as const) {
    const cover = document.body.appendChild(document.createElement(tag));
    cover.setAttribute(...(open as [string, string]));
    await user.keyboard('c');
    cover.remove();
  }
  expect(heard.filter((keys) => !['Control', 'Alt', 'Meta'].includes(keys))).toEqual([]);
  await user.keyboard('c');
  expect(heard).toContain('c');
});

it('shortcuts that are turned off are not heard, and turned on they are heard again', async () => {
  const { heard, user } = listen();
  act(() => setPreferences({ shortcuts: false }));
  await user.keyboard('c?gp');
  expect(heard).toEqual([]);
  act(() => setPreferences({ shortcuts: true }));
  await user.keyboard('c');
  expect(heard).toEqual(['c']);
});
