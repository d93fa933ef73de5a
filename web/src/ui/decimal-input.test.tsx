import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import { afterEach, expect, it } from 'vitest';
import { setPreferences } from '../lib/preferences';
import { renderPage } from '../testing/render-page';
import { DecimalInput } from './decimal-input';
import { Field } from './field';

afterEach(() => setPreferences({ locale: 'en' }));

function Amount({ heard }: { heard: (string | null)[] }) {
  const [value, setValue] = useState('');
  return (
    <Field label="Amount" error={heard.length > 100 ? 'Too much' : undefined}>
      <DecimalInput
        value={value}
        unit="USDT"
        onChange={(next) => {
          heard.push(next);
          setValue(next ?? '');
        }}
      />
      <button type="button" onClick={() => setValue('1000')}>
        fill
      </button>
    </Field>
  );
}

it('a comma is read as the decimal point and the box says so', async () => {
  const heard: (string | null)[] = [];
  await renderPage(<Amount heard={heard} />);
  const box = screen.getByLabelText('Amount');
  await userEvent.type(box, '1250,75');
  expect(heard.at(-1)).toBe('1250.75');
  expect(screen.getByText('Read as 1,250.75')).toBeTruthy();
  expect(box.getAttribute('aria-describedby')).toContain(screen.getByText('Read as 1,250.75').id);
});

it('text that is no number stays in the box, is marked and reported as none', async () => {
  const heard: (string | null)[] = [];
  await renderPage(<Amount heard={heard} />);
  const box = screen.getByLabelText<HTMLInputElement>('Amount');
  await userEvent.type(box, '12x');
  expect(heard.at(-1)).toBeNull();
  expect(box.value).toBe('12x');
  expect(box.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText('This is not a number')).toBeTruthy();
});

it('a number set from outside replaces what was typed', async () => {
  await renderPage(<Amount heard={[]} />);
  const box = screen.getByLabelText<HTMLInputElement>('Amount');
  await userEvent.type(box, '5');
  await userEvent.click(screen.getByText('fill'));
  expect(box.value).toBe('1,000');
});

it('in Portuguese the same digits are shown the other way round', async () => {
  setPreferences({ locale: 'pt-BR' });
  await renderPage(<Amount heard={[]} />, 'pt-BR');
  await userEvent.type(screen.getByLabelText('Amount'), '1250.75');
  expect(screen.getByText('Lido como 1.250,75')).toBeTruthy();
});

it('"Read as" is not shown when it would repeat the typed text', async () => {
  await renderPage(<Amount heard={[]} />);
  const box = screen.getByLabelText<HTMLInputElement>('Amount');
  await userEvent.type(box, '3.5');
  expect(box.value).toBe('3.5');
  expect(screen.queryByText(/^Read as/)).toBeNull();
});
