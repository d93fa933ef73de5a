import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSignal } from './read-signal.js';

const read = (input: string | object) => {
  const { action, symbol, timeframe, price } = readSignal({
    text: typeof input === 'string' ? input : JSON.stringify(input),
  });
  return [symbol, action, timeframe, price];
};
const B = 'BUY_SIGNAL';
const S = 'SELL_SIGNAL';
const U = 'UNKNOWN';

describe('the reading table of the trading rules', () => {
  it.each([
    ['SOLUSDT.P Caça Fundo 🟢 (H1) Preço (83.09)', ['SOL/USDT', B, 'H1', '83.09']],
    ['SOLUSDT.P Caça Topo 🔴 (H1) Preço (215.81)', ['SOL/USDT', S, 'H1', '215.81']],
    ['BTCUSDT Caça Fundo (M15) Preço (98450,50)', ['BTC/USDT', B, 'M15', '98450.5']],
    ['BTCUSDT Caça Topo 🔴 (H4) Preço (98,450.50)', ['BTC/USDT', S, 'H4', '98450.5']],
    ['ETHUSDT sell (3850.25)', ['ETH/USDT', S, null, '3850.25']],
    ['ETHUSDT compra (15) (3850.25)', ['ETH/USDT', B, '15', '3850.25']],
    ['SOLUSDT.P Caça Fundo 🟢 (H1) Preço: 83.09', ['SOL/USDT', B, 'H1', '83.09']],
    ['SOLUSDT fechar (H1) Preço (100)', ['SOL/USDT', S, 'H1', '100']],
    ['BTCUSDT exit long', ['BTC/USDT', S, null, null]],
    ['BINANCE:BTCUSDT Caca Fundo Preço (10)', ['BTC/USDT', B, null, '10']],
    ['{"ticker":"BTCUSDT.P","side":"short","price":"98450.5","tf":"H4"}', ['BTC/USDT', S, 'H4', '98450.5']],
    ['{"message":"BTCUSDT sell (H1) Price (100)","action":"buy"}', ['BTC/USDT', B, 'H1', '100']],
    ['BTCUSDT buy sell', ['BTC/USDT', U, null, null]],
    ['{}', [null, U, null, null]],
    ['', [null, U, null, null]],
  ])('%s', (message, expected) => {
    expect(read(message)).toEqual(expected);
  });
});

describe('actions in words', () => {
  it.each(['Caça Fundo', 'caca fundo', 'CAÇA  FUNDO', 'compra', 'Comprar', 'BUY', 'Long', '🟢', 'caça-fundo'])(
    '%s buys',
    (word) => {
      expect(read(`SOLUSDT ${word}`)[1]).toBe(B);
      expect(read({ symbol: 'SOLUSDT', action: word })[1]).toBe(B);
    },
  );
  it.each([
    'Caça Topo',
    'caca topo',
    'venda',
    'VENDER',
    'Sell',
    'short',
    '🔴',
    'fechar',
    'SAIR',
    'saída',
    'exit',
    'Close',
    'flat',
  ])('%s sells', (word) => {
    expect(read(`SOLUSDT ${word}`)[1]).toBe(S);
    expect(read({ symbol: 'SOLUSDT', action: word })[1]).toBe(S);
  });
  it.each([
    'fechar compra',
    'sair da compra',
    'Fechar posição de compra',
    'close long',
    'Long exit',
    'buy exit',
    'fechar 🟢',
  ])('%s closes and never buys', (words) => {
    expect(read(`SOLUSDT ${words}`)[1]).toBe(S);
  });
  it.each([
    'buy now, stop at the close',
    '🟢 🔴',
    'Caça Fundo 🔴',
    'compra venda',
    'buy to cover short',
    'close short',
    'fechar venda',
    'não comprar',
    "don't buy",
    'hold',
    'fundo',
    'closet',
  ])('%s is unknown', (words) => {
    expect(read(`SOLUSDT ${words}`)[1]).toBe(U);
  });
  it('does not take a part of a word for an order', () => {
    expect(read('SOLUSDT buyer exitus longing')[1]).toBe(U);
  });
  it('does not ignore an unknown action field', () => {
    expect(read({ symbol: 'SOLUSDT', action: 'hold', message: 'SOLUSDT buy' })[1]).toBe(U);
    expect(read({ symbol: 'SOLUSDT', action: 'hold', side: 'long' })[1]).toBe(U);
  });
  it('reads action and side together, so that closing a long is not a buy', () => {
    expect(read({ symbol: 'SOLUSDT', action: 'close', side: 'long' })[1]).toBe(S);
    expect(read({ symbol: 'SOLUSDT', action: 'open', side: 'long' })[1]).toBe(B);
    expect(read({ symbol: 'SOLUSDT', action: 'buy', side: 'short' })[1]).toBe(U);
    expect(read({ symbol: 'SOLUSDT', action: 'close_long' })[1]).toBe(S);
    expect(read({ symbol: 'SOLUSDT', action: 'BUY_SIGNAL' })[1]).toBe(B);
  });
  it('reads every text field, so that none hides another', () => {
    expect(read({ symbol: 'SOLUSDT', signal: 'sell', message: 'buy' })[1]).toBe(U);
  });
});

describe('JSON keys', () => {
  it.each(['text', 'message', 'body', 'content', 'alert', 'signal'])('reads the text under %s', (key) => {
    expect(read({ [key]: 'SOL-USDT compra (H1) Preço (83.09)' })).toEqual(['SOL/USDT', B, 'H1', '83.09']);
  });
  it.each(['symbol', 'ticker', 'pair', 'asset', 'tv_instrument', 'Ticker'])('reads the symbol under %s', (key) => {
    expect(read({ [key]: 'BYBIT:SOLUSDT.P', action: 'buy' })[0]).toBe('SOL/USDT');
  });
  it.each([
    { action: 'buy' },
    { side: 'BUY' },
    { direction: 'Long' },
    { 'order.action': 'buy' },
    { order: { action: 'buy' } },
    { strategy: { order: { action: 'buy' } } },
    { data: { action: 'buy' } },
  ])('reads the action of %j', (part) => {
    expect(read({ ticker: 'SOLUSDT', ...part })[1]).toBe(B);
  });
  it.each(['timeframe', 'interval', 'tf'])('reads the timeframe under %s', (key) => {
    expect(read({ symbol: 'SOLUSDT', action: 'buy', [key]: '240' })[2]).toBe('240');
  });
  it.each(['price', 'close', 'trigger_price'])('reads the price under %s, as number or text', (key) => {
    expect(read({ symbol: 'SOLUSDT', action: 'buy', [key]: 83.09 })[3]).toBe('83.09');
    expect(read({ symbol: 'SOLUSDT', action: 'buy', [key]: '98.450,50' })[3]).toBe('98450.5');
  });
  it('reads a small JSON number in full', () => {
    expect(read({ symbol: 'PEPEUSDT', action: 'buy', price: 1.2e-7 })[3]).toBe('0.00000012');
  });
  it.each([
    [{ order: { action: 'sell' }, market_position: 'flat', prev_market_position: 'long' }, S],
    [{ order: { action: 'buy' }, market_position: 'long', prev_market_position: 'flat' }, B],
    [{ order: { action: 'sell' }, market_position: 'long', prev_market_position: 'long' }, S],
    [{ order: { action: 'buy' }, market_position: 'flat', prev_market_position: 'short' }, U],
    [{ order: { action: 'buy' }, market_position: 'short', prev_market_position: 'short' }, U],
    [{ market_position: 'long', prev_market_position: 'flat' }, B],
    [{ market_position: 'long', prev_market_position: 'long' }, U],
    [{ market_position: 'short' }, S],
    [{ market_position: 'flat' }, S],
  ])('reads the TradingView strategy %j as %s', (strategy, action) => {
    expect(read({ ticker: 'SOLUSDT', strategy })[1]).toBe(action);
    expect(read({ ticker: 'SOLUSDT', ...strategy })[1]).toBe(action);
  });
  it('does not read a list', () => {
    expect(read([{ symbol: 'SOLUSDT', action: 'buy' }])[1]).toBe(U);
  });
});

describe('symbols', () => {
  it.each([
    ['SOLUSDT.P', 'SOL/USDT'],
    ['XRPUSDT.PERP', 'XRP/USDT'],
    ['BINANCE:SOLUSDT', 'SOL/USDT'],
    ['SOL/USDT', 'SOL/USDT'],
    ['SOL/USDT:USDT', 'SOL/USDT'],
    ['SOL-USDT', 'SOL/USDT'],
    ['SOL_USDT', 'SOL/USDT'],
    ['BTC-USDT-SWAP', 'BTC/USDT'],
    ['🚀SOLUSDT', 'SOL/USDT'],
    ['solusdt', 'SOL/USDT'],
    ['SOLFDUSD', 'SOL/FDUSD'],
    ['ETHBTC', 'ETH/BTC'],
    ['BTCBRL', 'BTC/BRL'],
    ['1000PEPEUSDT', '1000PEPE/USDT'],
    ['"SOLUSDT",', 'SOL/USDT'],
  ])('%s is %s, in text and as a field', (raw, symbol) => {
    expect(read(`${raw} buy`)[0]).toBe(symbol);
    expect(read({ ticker: raw, action: 'buy' })[0]).toBe(symbol);
  });
  it.each(['entry', 'ENTRY now', 'teeth', '24/7', '100USDT', 'USDT', 'FOOBAR'])(
    '%s is no symbol, so nothing is traded',
    (word) => {
      const reading = readSignal({ text: `buy ${word}` });
      expect(reading).toMatchObject({ symbol: null, action: U });
      expect(['SYMBOL_MISSING', 'SIGNAL_UNKNOWN']).toContain(reading.refusal?.code);
    },
  );
  it('says what is wrong with a symbol field', () => {
    const reading = readSignal({ text: '{"ticker":"FOOBAR","action":"buy"}' });
    expect(reading.refusal?.message).toContain('FOOBAR');
    expect(reading.action).toBe(U);
  });
  it('trades nothing when two symbols are named', () => {
    expect(read('BTCUSDT and ETHUSDT buy').slice(0, 2)).toEqual([null, U]);
    expect(read({ symbol: 'BTCUSDT', ticker: 'ETHUSDT', action: 'buy' }).slice(0, 2)).toEqual([null, U]);
  });
  it('keeps the symbol as it was written', () => {
    expect(readSignal({ text: '🟢 BINANCE:SOLUSDT.P buy' }).symbolRaw).toBe('BINANCE:SOLUSDT.P');
  });
});

describe('numbers', () => {
  it.each([
    ['83.09', '83.09'],
    ['98450,50', '98450.5'],
    ['98,450.50', '98450.5'],
    ['98.450,50', '98450.5'],
    ['1.234.567', '1234567'],
    ['1,234,567', '1234567'],
    ['0,450', '0.45'],
    ['$98,450.50', '98450.5'],
    ['R$ 98.450,50', '98450.5'],
    ['98,450', null],
    ['0', null],
    ['1234567890123456789', null],
  ])('(%s) is the price %s', (written, price) => {
    expect(read(`SOLUSDT buy Preço (${written})`)[3]).toBe(price);
    expect(read({ symbol: 'SOLUSDT', action: 'buy', price: written })[3]).toBe(price);
  });
  it('explains an ambiguous price', () => {
    expect(readSignal({ text: 'SOLUSDT buy (98,450)' }).matchedTokens.join(' ')).toContain('98450 or 98.450');
  });
  it.each([
    ['(4h) (100)', '4h', '100'],
    ['(H1) (60)', 'H1', '60'],
    ['(15)', '15', null],
    ['(100)', null, '100'],
    ['(60) (60)', '60', '60'],
    ['@ 83.09', null, '83.09'],
    ['((H1)) price=1.5.', 'H1', '1.5'],
    ['(', null, null],
  ])('SOLUSDT buy %s has timeframe %s and price %s', (rest, timeframe, price) => {
    expect(read(`SOLUSDT buy ${rest}`).slice(2)).toEqual([timeframe, price]);
  });
});

describe("a signal's own time", () => {
  const at = Date.UTC(2026, 10, 24, 12, 0, 5);
  it.each([
    at,
    at / 1000,
    String(at),
    String(at / 1000),
    '2026-11-24T12:00:05Z',
    '2026-11-24T12:00:05.000+00:00',
    '2026-11-24 12:00:05',
    '2026-11-24T09:00:05-0300',
  ])('reads %s', (value) => {
    expect(readSignal({ text: JSON.stringify({ timenow: value }) }).time).toBe(at);
  });
  it.each(['', 'soon', 12, '99999999999999999999', '2026-13-45T99:00:00Z'])('does not read %s', (value) => {
    expect(readSignal({ text: JSON.stringify({ time: value }) }).time).toBeNull();
  });
  it('prefers the moment of the alert to the opening of its bar', () => {
    expect(readSignal({ text: JSON.stringify({ time: '2026-11-24T08:00:00Z', timenow: at }) }).time).toBe(at);
  });
});

describe('every message has a reading', () => {
  const fine = (text: string) => {
    const reading = readSignal({ text });
    expect(['BUY_SIGNAL', 'SELL_SIGNAL', 'UNKNOWN']).toContain(reading.action);
    expect(reading.action === 'UNKNOWN').toBe(reading.refusal !== null);
    if (reading.action !== 'UNKNOWN') expect(reading.symbol).toMatch(/^[A-Z0-9]{1,20}\/[A-Z0-9]{2,10}$/);
    expect(reading.symbolRaw.length).toBeLessThanOrEqual(120);
    expect((reading.timeframe ?? '').length).toBeLessThanOrEqual(16);
    if (reading.price !== null) expect(reading.price).toMatch(/^\d{1,18}(\.\d{1,18})?$/);
    return reading;
  };
  it('text of any kind', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => void fine(text)));
  });
  it('bytes of any kind', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void fine(Buffer.from(bytes).toString('latin1'))),
    );
  });
  it('JSON of any kind', () => {
    fc.assert(fc.property(fc.json(), (text) => void fine(text)));
  });
  it('JSON whose known keys hold anything', () => {
    const key = fc.constantFrom(
      'symbol',
      'ticker',
      'action',
      'side',
      'order',
      'strategy',
      'price',
      'close',
      'time',
      'message',
      'id',
      'tf',
      '__proto__',
      'constructor',
    );
    fc.assert(fc.property(fc.dictionary(key, fc.jsonValue()), (payload) => void fine(JSON.stringify(payload))));
  });
  it('fragments of signals in any order', () => {
    const part = fc.constantFrom(
      'BTCUSDT',
      'SOL/USDT',
      'buy',
      'sell',
      '🟢',
      '(',
      ')',
      '(H1)',
      'Preço',
      '(1,5)',
      'close',
      ':',
      '98.450,50',
      'caça',
      'fundo',
    );
    fc.assert(fc.property(fc.array(part, { maxLength: 12 }), (parts) => void fine(parts.join(' '))));
  });
  it('is never a buy with only closing words', () => {
    const close = fc.constantFrom('fechar', 'sair', 'exit', 'flat', 'FECHAR', 'Saída');
    const other = fc.constantFrom('BTCUSDT', '(H1)', 'Preço (100)', 'now', '🚀', 'position', 'da');
    fc.assert(
      fc.property(fc.array(fc.oneof(close, other), { maxLength: 8 }), close, (parts, word) => {
        expect(fine(['BTCUSDT', ...parts, word].join(' ')).action).toBe('SELL_SIGNAL');
        expect(fine(JSON.stringify({ symbol: 'BTCUSDT', message: parts.join(' '), action: word })).action).toBe(
          'SELL_SIGNAL',
        );
      }),
    );
  });
  it('is never a buy with a closing word beside anything', () => {
    const word = fc.constantFrom('buy', 'compra', '🟢', 'caça fundo', 'sell', 'long', 'a', 'at', 'the');
    fc.assert(
      fc.property(
        fc.array(word, { maxLength: 6 }),
        fc.nat(6),
        fc.constantFrom('fechar', 'exit', 'flat'),
        (parts, at, close) => {
          expect(fine(['BTCUSDT', ...parts.slice(0, at), close, ...parts.slice(at)].join(' ')).action).not.toBe(
            'BUY_SIGNAL',
          );
        },
      ),
    );
  });
  it('64 KiB that provoke backtracking', () => {
    const size = 65_536;
    const fill = (unit: string) => unit.repeat(Math.ceil(size / unit.length)).slice(0, size);
    for (const unit of [
      '(',
      '((',
      ')(',
      '(1',
      'preco ',
      'preco:',
      '@ ',
      'A/',
      'A:',
      '.',
      '🟢',
      ' ',
      '\t',
      '1',
      '1,',
      '1.1,',
      'caca ',
      'close ',
      'buy close ',
      'BTCUSDT ',
      'ç',
      '\u0301',
      '{"a":',
      '[',
      '"',
      '\\',
    ]) {
      fine(fill(unit));
      fine(
        JSON.stringify({
          symbol: fill(unit),
          action: fill(unit),
          price: fill(unit),
          time: fill(unit),
          message: fill(unit),
        }),
      );
    }
  });
  it('JSON nested as deep as 64 KiB allow', () => {
    fine('['.repeat(32_768) + ']'.repeat(32_768));
    fine('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000));
  });
});
