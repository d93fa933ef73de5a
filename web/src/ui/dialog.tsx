import { X } from 'lucide-react';
import {
  useEffectEvent,
  useId,
  useLayoutEffect,
  useRef,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react';
import { createPortal } from 'react-dom';
import { useTranslations } from 'use-intl';
import { cx } from './class-names';
import { IconButton } from './button';
import { useSwipeDown } from './swipe-down';

interface DialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  description?: ReactNode;
  children: ReactNode;
  /** Buttons, at the end on wide screens. */
  footer?: ReactNode;
  width?: 'sm' | 'md' | 'lg';
}

const WIDTHS = { sm: 'sm:max-w-md', md: 'sm:max-w-xl', lg: 'sm:max-w-3xl' };

/** On phones both rise from the bottom edge. */
const FRAME =
  'fixed inset-x-0 top-auto bottom-0 m-0 flex max-h-[92dvh] w-full max-w-none flex-col rounded-t-2xl border border-line-strong bg-panel text-left text-sm text-text animate-rise backdrop:bg-black/60';

/** The focus starts at the first field of a form, not at the close button. */
const focusFirstField = (dialog: HTMLElement): void =>
  dialog.querySelector<HTMLElement>('form :is(input, select, textarea):not(:disabled)')?.focus();

/**
 * Where the focus goes when what opened the dialog is gone: an item of a menu leaves it to the button of the menu, a row
 * that is no longer there to the page.
 */
const otherFocus = (before: Element | null): HTMLElement | null => {
  const menu = before?.closest('[role=menu]')?.getAttribute('aria-labelledby');
  return (menu && document.getElementById(menu)) || document.getElementById('content');
};

/** A modal dialog: focus goes in, stays, and returns to what opened it. On phones it rises from the bottom. */
export function Dialog({ width = 'sm', ...rest }: DialogProps) {
  return (
    <Modal
      {...rest}
      className={cx(
        'sm:inset-x-4 sm:top-[8vh] sm:bottom-auto sm:mx-auto sm:max-h-[84vh] sm:w-[calc(100%-2rem)] sm:rounded-2xl',
        WIDTHS[width],
      )}
    />
  );
}

/** A panel from the right edge (the bottom on phones) for details and longer forms. */
export function Sheet(props: Omit<DialogProps, 'width'>) {
  return (
    <Modal
      {...props}
      className="sm:inset-y-0 sm:right-0 sm:left-auto sm:h-dvh sm:max-h-none sm:w-[min(34rem,92vw)] sm:rounded-none sm:rounded-l-2xl"
    />
  );
}

type ModalProps = Omit<DialogProps, 'width'> & { className: string };

// Rendered at the end of the body, so that a table cell that opens it does not pass on its styles.
const Modal = ({ open, ...rest }: ModalProps) => (open ? createPortal(<OpenModal {...rest} />, document.body) : null);

/** Opens the dialog, moves the focus in, and back when it goes. */
function useModal(box: RefObject<HTMLDialogElement | null>): void {
  // Some browsers close a dialog by themselves on a second Escape. Here the component that shows it decides.
  const onClosed = useEffectEvent(() => box.current?.isConnected && box.current.showModal());
  useLayoutEffect(() => {
    const dialog = box.current;
    if (!dialog) return;
    const before = document.activeElement;
    const other = otherFocus(before);
    dialog.showModal();
    focusFirstField(dialog);
    const onClose = () => onClosed();
    dialog.addEventListener('close', onClose);
    return () => {
      dialog.removeEventListener('close', onClose);
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
      // A button that has been switched off meanwhile does not take it either.
      const now = document.activeElement;
      if (now === null || now === document.body || dialog.contains(now)) other?.focus({ preventScroll: true });
    };
  }, [box]);
}

/** The browser's own modal dialog. It keeps the focus without our code, so the first script stays small. */
function OpenModal({ onOpenChange, title, description, children, footer, className }: Omit<ModalProps, 'open'>) {
  const t = useTranslations('ui');
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  const close = () => onOpenChange(false);
  const isFilled = useRef(false);
  const pressedOutside = useRef(false);
  useModal(box);
  // Like a tap outside: what was typed or chosen is not lost by a slip of the hand.
  const swipe = useSwipeDown(box, { mayClose: () => !isFilled.current, onClose: close });
  const onKeyDown = (event: KeyboardEvent) => {
    // Keys pressed in a dialog must not reach the row that opened it.
    event.stopPropagation();
    if (event.key !== 'Escape') return;
    event.preventDefault();
    close();
  };
  return (
    <dialog
      ref={box}
      aria-labelledby={`${id}title`}
      aria-describedby={description ? `${id}text` : undefined}
      className={cx(FRAME, className)}
      onKeyDown={onKeyDown}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      // A dialog above this one hears its own fields; React passes their events on to this one too.
      onInput={(event) => (isFilled.current ||= (event.target as Element).closest('dialog') === box.current)}
      // A click on the dialog element itself is a click on the backdrop: its children cover the rest.
      onPointerDown={(event) => (pressedOutside.current = event.target === box.current)}
      onClick={(event) => {
        event.stopPropagation();
        const isOutside = event.target === box.current;
        // What was typed or chosen is not lost by a slip of the hand; nor is a text that was selected past the edge.
        if (!isOutside && (event.target as Element).closest('form')) isFilled.current = true;
        if (isOutside && pressedOutside.current && !isFilled.current) close();
      }}
    >
      <header {...swipe} className="relative flex items-start gap-3 border-b border-line px-5 py-4 max-sm:touch-none">
        <span
          aria-hidden
          className="absolute top-1.5 left-1/2 h-1 w-9 -translate-x-1/2 rounded-full bg-line-strong sm:hidden"
        />
        <div className="min-w-0 flex-1">
          <h2 id={`${id}title`} className="text-base font-semibold">
            {title}
          </h2>
          {description && (
            <p id={`${id}text`} className="mt-1 text-sm text-muted">
              {description}
            </p>
          )}
        </div>
        <IconButton label={t('close')} className="-mt-1 -mr-2" onClick={close}>
          <X aria-hidden />
        </IconButton>
      </header>
      <div className="min-h-0 flex-1 overflow-y-auto px-5 py-4">{children}</div>
      {footer && (
        <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3.5 phone:[&>*]:flex-1">
          {footer}
        </footer>
      )}
    </dialog>
  );
}
