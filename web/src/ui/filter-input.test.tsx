import { act, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FilterInput } from './filter-input';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const text = () => screen.getByRole<HTMLInputElement>('textbox').value;
const type = (value: string) => fireEvent.change(screen.getByRole('textbox'), { target: { value } });

it('a page that answers late loses no character', () => {
  const onChange = vi.fn();
  const view = (value: string) => <FilterInput value={value} onChange={onChange} />;
  const { rerender } = render(view(''));
  type('b');
  act(() => void vi.advanceTimersByTime(300));
  type('btc');
  act(() => void vi.advanceTimersByTime(300));
  type('btcu');
  expect(onChange.mock.calls).toEqual([['b'], ['btc']]);
  // The address confirms the first value while the third is being typed.
  rerender(view('b'));
  expect(text()).toBe('btcu');
  rerender(view('btc'));
  expect(text()).toBe('btcu');
});

it('the button that clears, and "back", change the text', () => {
  const { rerender } = render(<FilterInput value="btc" onChange={() => undefined} />);
  rerender(<FilterInput value="" onChange={() => undefined} />);
  expect(text()).toBe('');
  rerender(<FilterInput value="eth" onChange={() => undefined} />);
  expect(text()).toBe('eth');
});
