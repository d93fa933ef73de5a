import { MINUS } from './decimal';

/** The exact number of a figure, in its title: what is shown may be rounded, grouped and marked with an arrow. */
const exactOf = (node: Node | null): string | undefined => {
  const element = node instanceof Element ? node : node?.parentElement;
  return element?.closest<HTMLElement>('.figure[title]')?.title.split(' ')[0];
};

/** The text of a selection as a spreadsheet reads it: without arrows, and with the minus sign of a keyboard. */
export const plainSelection = (text: string): string =>
  text
    .replaceAll(/[▲▼]\s*/g, '')
    .replaceAll(MINUS, '-')
    .replaceAll('\u00a0', ' ');

/** Copying within one figure gives its number with all digits; a larger selection gives what is shown, in plain signs. */
export function copiedText(selection: Selection): string | undefined {
  if (selection.rangeCount === 0 || selection.isCollapsed) return undefined;
  const range = selection.getRangeAt(0);
  const text = selection.toString();
  const ends = [exactOf(range.startContainer), exactOf(range.endContainer)];
  if (ends[0] !== undefined && ends[0] === ends[1]) return ends[0];
  // A double click may end the selection at the start of the next cell.
  const alone = ends.find((end) => end !== undefined);
  if (alone !== undefined && /^[\s\d.,%+\-▲▼\u2212]+$/.test(text) && !/\d\s+\S*\d/.test(text.trim())) return alone;
  const plain = plainSelection(text);
  return plain === text ? undefined : plain;
}

/** Listens for copies anywhere on the page, except in fields. */
export const copyNumbersPlainly = (): void =>
  document.addEventListener('copy', (event) => {
    if ((event.target as Element | null)?.closest?.('input, textarea, .font-mono')) return;
    const selection = getSelection();
    const text = selection && copiedText(selection);
    if (text === null || text === undefined) return;
    event.clipboardData?.setData('text/plain', text);
    event.preventDefault();
  });
