import { render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { renderPage } from '../testing/render-page';
import { Money } from '../ui/money';
import { copiedText, plainSelection } from './copy-numbers';

const select = (from: Node, to: Node = from): Selection => {
  const selection = getSelection();
  if (!selection) throw new Error('there is no selection');
  selection.removeAllRanges();
  const range = document.createRange();
  range.setStart(from, 0);
  range.setEnd(to, to.childNodes.length);
  selection.addRange(range);
  return selection;
};

it('copying a figure gives its number with all digits, and neither arrow nor separators', async () => {
  const { container } = await renderPage(<Money value="-1234.56789" asset="USDT" result />);
  const figure = container.querySelector('.figure') as HTMLElement;
  expect(figure.textContent).toContain('−1,234.57');
  expect(copiedText(select(figure))).toBe('-1234.56789');
});

it('several figures are copied as they are shown, in signs that a spreadsheet reads', () => {
  expect(plainSelection('▼ −1.234,57\t▲ +5')).toBe('-1.234,57\t+5');
});

it('words are copied as they are', () => {
  render(<p>Binance main account</p>);
  expect(copiedText(select(screen.getByText('Binance main account')))).toBeUndefined();
});
