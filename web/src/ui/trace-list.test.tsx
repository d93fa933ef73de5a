import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { readTraceSource, TRACE_SOURCES } from '../lib/trace-source';
import { setPreferences } from '../lib/preferences';
import { loadMessages } from '../messages/load-messages';
import { renderPage } from '../testing/render-page';
import { TraceList } from './trace-list';

// One example of each sentence that the server writes into a trace: core/plan, plan-exit, opening-trace, owner's edits.
const SENTENCES = [
  'signal',
  'step 0.00001, tick 0.01, minimum 0.00001 BTC and 5 USDT',
  'side BUY, MARKET, as changed on 2026-11-30T02:31:04.123Z',
  'parameter 7, as changed on 2026-11-30T02:31:04.123Z: sells 50 % of the position',
  'parameter 7, as changed on 2026-11-30T02:31:04.123Z',
  'parameter 7, fixed amount',
  'parameter 7, quote_amount_fixed',
  'parameter 7, percent of the balance',
  'ccxt:binance, ask, 12 ms old',
  'demo, bid, from the future',
  'position 3, what was paid: for values only',
  'position 3, not promised to other sells',
  'position 3',
  'vault 1, USDT',
  'account balance, USDT',
  'account balance, USDT, read 12 s ago',
  'account balance, USDT, read 12 s ago, less 100.5 of buys since',
  'binding',
  'signal price, down to the tick 0.01',
  'signal price, up to the tick 0.01',
  '100 USDT / price, down to the step 0.00001',
  'amount and 50 bps, at most what is available',
  '2 of 3 open positions, BTC',
  'down to the step 0.00001',
  'sold, oldest first',
  '0.5 BTC not promised',
  'the tick that fired',
  'price and opening price',
  '2.5 % below 104000.5',
  '5 %, at least the minimum profit',
  '-2.5 %',
  '50 % of 0.25',
  'the owner',
  'trades at the exchange, noted as order 12 of others',
  'the owner, up to the tick 0.01',
  'the owner, down to the step 0.00001',
  'the owner, when the holding was adopted',
  'changed by the owner: sells 25 % of the position',
  'changed by the owner',
  'job 4 came before',
  'no trade parameter covered the symbol when it was opened',
  'the wallet, asked after the exchange refused the order; 0.1 BTC are missing',
];

it('each sentence of the server about a number is known, and each that is known has words in both languages', async () => {
  const keys = SENTENCES.map((sentence) => readTraceSource(sentence)?.key ?? sentence);
  expect(new Set(keys)).toEqual(new Set(TRACE_SOURCES));
  for (const locale of ['en', 'pt-BR'] as const) {
    const { trace } = (await loadMessages(locale, [])) as unknown as { trace: { from: Record<string, string> } };
    expect(Object.keys(trace.from).sort()).toEqual([...TRACE_SOURCES].sort());
  }
});

it('a trace shows neither codes nor stamps, and all of it in the language of the reader', async () => {
  const trace = [
    { name: 'parameter', value: '7', source: 'side BUY, MARKET, as changed on 2026-11-30T02:31:04.123Z' },
    { name: 'stop loss distance', value: '1.5 %', source: 'changed by the owner' },
    { name: 'trailing stop', value: 'on', source: 'changed by the owner' },
    { name: 'target 2', value: '10 %', source: 'changed by the owner: sells 12.5 % of the position' },
    { name: 'position 9', value: 'WEBHOOK_LOCK', source: 'The position is locked against webhook sells.' },
  ];
  setPreferences({ locale: 'pt-BR' });
  await renderPage(<TraceList trace={trace} label="Why" />, 'pt-BR');
  const text = screen.getByRole('list').textContent;
  expect(text).not.toMatch(/T\d\d:|Pct|changed|_|owner/);
  for (const words of [
    'Compra, A mercado, versão de',
    'Alvo 2',
    'Ligado',
    'vende 12,5% da posição',
    'A posição está travada',
  ])
    expect(text).toContain(words);
});

it('a sentence that is not known is shown as the server wrote it', async () => {
  await renderPage(<TraceList trace={[{ name: 'moon', value: 'full', source: 'the sky' }]} label="Why" />, 'pt-BR');
  expect(screen.getByText('the sky').lang).toBe('en');
});
