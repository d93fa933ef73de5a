import { render, screen } from '@testing-library/react';
import { IntlProvider } from 'use-intl';
import { expect, it } from 'vitest';
import { sentenceTranslator, textOf } from '../lib/reason-sentences';
import { Reason } from '../ui/reason';
import { PT_BR_SENTENCES } from './reason-sentences.pt-br';
import ptBr from './shared/reasons.pt-BR.json';

const sources = import.meta.glob<string>(['../../../server/src/**/*.ts', '!../../../server/src/**/*.test.ts'], {
  eager: true,
  query: '?raw',
  import: 'default',
});
// A sentence may be written in several pieces; the code that joins them is removed, and the escapes in it.
const server = Object.values(sources)
  .join('\n')
  .replace(/['`] \+\s+['`]/g, '')
  .replace(/\\(['"\\])/g, '$1');

// A sentence may be written in several pieces, and its punctuation with the values.
const piecesOf = (english: string) =>
  english
    .split(/\{\w+\}|; |: (?=expected)/)
    .map((piece) => piece.replace(/^[^\p{L}\d]+|[^\p{L}]+$/gu, ''))
    .filter((piece) => /[a-z]{3}/.test(piece));

it('the server still says every sentence that is translated', () => {
  const gone = PT_BR_SENTENCES.flatMap(([english]) => piecesOf(english)).filter((piece) => !server.includes(piece));
  expect(gone).toEqual([]);
});

it('no sentence is translated twice', () => {
  const all = PT_BR_SENTENCES.map(([english]) => english.replace(/\{\w+\}/g, '{}'));
  expect(all.filter((english, index) => all.indexOf(english) !== index)).toEqual([]);
});

it('both sides fill the same places', () => {
  const places = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
  for (const [english, translated] of PT_BR_SENTENCES) expect(places(translated)).toEqual(places(english));
});

const parts = sentenceTranslator(PT_BR_SENTENCES);
const translate = (message: string) => {
  const translated = parts(message);
  return translated && textOf(translated);
};

it('numbers go over into the sentence, as they are written there', () => {
  expect(translate('15 USDT are needed, 3.25 are free.')).toBe('São necessários 15 USDT; há 3,25 livres.');
  expect(translate('The slippage limit could not be checked: "abc" is not a price.')).toBe(
    'O limite de slippage não pôde ser verificado: "abc" não é um preço.',
  );
  expect(translate('Not enough in the pot.')).toBeUndefined();
});

it('an unknown sentence before or behind a known one is not taken for a value of it', () => {
  expect(translate('15 USDT are needed, 3.25 are free. Somebody took the rest.')).toBeUndefined();
  expect(translate('Somebody took it. 15 USDT are needed, 3.25 are free.')).toBeUndefined();
  expect(translate('"comment: Buy. Now" contradicts the buy.')).toBe('"comment: Buy. Now" contradiz a compra.');
  expect(translate('Last reason: Mailbox full. Try later.')).toBe('Último motivo: Mailbox full. Try later.');
});

it('in Portuguese, the sentence with the numbers is translated', () => {
  render(
    <IntlProvider
      locale="pt-BR"
      messages={{ reasons: ptBr.reasons, reasonSentences: sentenceTranslator(PT_BR_SENTENCES) as never }}
    >
      <Reason code="RATE_LIMIT_EXCEEDED" message="7 orders in the last hour; the parameter allows 6." />
    </IntlProvider>,
  );
  const told = screen.getByText('7 ordens na última hora; o parâmetro permite 6.');
  expect(told.getAttribute('lang')).toBeNull();
  expect(screen.queryByText(/orders in the last hour/)).toBeNull();
});
