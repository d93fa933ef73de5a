import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it, vi } from 'vitest';
import { renderPage } from '../testing/render-page';
import { Dialog } from './dialog';

function Opener({ isGone = false }: { isGone?: boolean }) {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <main id="content" tabIndex={-1}>
      {(!isOpen || !isGone) && (
        <button type="button" onClick={() => setIsOpen(true)}>
          Open
        </button>
      )}
      <Dialog open={isOpen} onOpenChange={setIsOpen} title="Question">
        <form>
          <input aria-label="Amount" />
        </form>
      </Dialog>
    </main>
  );
}

it('the focus returns to what opened the dialog', async () => {
  await renderPage(<Opener />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Open' }));
  await user.keyboard('{Escape}');
  expect(document.activeElement?.textContent).toBe('Open');
});

it('the focus goes to the page when what opened the dialog is gone', async () => {
  await renderPage(<Opener isGone />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Open' }));
  await user.keyboard('{Escape}');
  expect(document.activeElement?.id).toBe('content');
});

const clickOutside = () => {
  const dialog = screen.getByRole('dialog');
  fireEvent.pointerDown(dialog);
  fireEvent.click(dialog);
};

it('a click outside closes a dialog in which nothing was entered', async () => {
  await renderPage(<Opener />);
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  clickOutside();
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('a click outside keeps a form that was filled in', async () => {
  await renderPage(<Opener />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Open' }));
  await user.type(screen.getByRole('textbox'), '5');
  clickOutside();
  expect(screen.getByRole<HTMLInputElement>('textbox').value).toBe('5');
});

it('a text that is selected past the edge of the dialog does not close it', async () => {
  await renderPage(<Opener />);
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  fireEvent.pointerDown(screen.getByRole('textbox'));
  fireEvent.click(screen.getByRole('dialog'));
  expect(screen.getByRole('dialog')).toBeTruthy();
});

/** Pulls the heading of the dialog down by so many pixels, slowly; jsdom has no layout, so the dialog gets its place here. */
const pull = (px: number, { bottom = innerHeight } = {}) => {
  const dialog = screen.getByRole('dialog');
  dialog.getBoundingClientRect = () => ({ left: 0, right: innerWidth, top: 100, bottom }) as DOMRect;
  const heading = screen.getByRole('heading', { name: 'Question' });
  const header = heading.closest('header') as HTMLElement;
  header.setPointerCapture = () => undefined;
  const at = (clientY: number) => ({ pointerId: 1, isPrimary: true, clientY, bubbles: true });
  fireEvent.pointerDown(heading, at(200));
  for (const step of [0.5, 1]) fireEvent.pointerMove(heading, at(200 + px * step));
  const moved = dialog.style.translate;
  vi.spyOn(Event.prototype, 'timeStamp', 'get').mockReturnValue(1e15);
  fireEvent.pointerUp(heading, at(200 + px));
  vi.restoreAllMocks();
  return moved;
};

it('a sheet at the bottom edge follows the finger that pulls it down, and goes when it was pulled far enough', async () => {
  await renderPage(<Opener />);
  await userEvent.click(screen.getByRole('button', { name: 'Open' }));
  expect(pull(40)).toBe('0 40px');
  expect(screen.getByRole('dialog').style.translate).toBe('');
  expect(pull(-50)).toBe('');
  pull(120);
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('a dialog in the middle of the screen is not pulled, nor is one in which something was entered closed so', async () => {
  await renderPage(<Opener />);
  const user = userEvent.setup();
  await user.click(screen.getByRole('button', { name: 'Open' }));
  expect(pull(120, { bottom: 400 })).toBe('');
  await user.type(screen.getByRole('textbox'), '5');
  expect(pull(120)).toBe('0 120px');
  expect(screen.getByRole('dialog').style.translate).toBe('');
});
