import { fireEvent, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { expect, it } from 'vitest';
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
