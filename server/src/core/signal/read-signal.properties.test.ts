import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNAL_MESSAGES } from '../../testing/signal-messages.js';
import { readSignal } from './read-signal.js';

const actionOf = (text: string) => readSignal({ text }).action;

describe('messages that people really send', () => {
  it.each(SIGNAL_MESSAGES)('$message is read as one of $allowed', ({ message, allowed }) => {
    expect(allowed).toContain(actionOf(message));
  });
});

/** Words that close, cancel, deny, wait, report, reduce, test or name a short, in three languages. */
const AGAINST = [
  ...[
    'close',
    'closed',
    'exit',
    'Exiting',
    'exited',
    'flat',
    'liquidated',
    'fechar',
    'fechada',
    'encerrada',
    'sair',
    'saindo',
  ],
  ...[
    'zerar',
    'zerada',
    'cerrar',
    'cerrado',
    'salir',
    'salida',
    'cancel',
    'canceled',
    'cancelled',
    'cancelar',
    'cancelado',
  ],
  ...[
    'cancelada',
    'anulada',
    'invalidated',
    'inválido',
    'ignore',
    'aborted',
    'expired',
    'failed',
    'falhou',
    'desativado',
  ],
  ...[
    'not',
    "don't",
    'dont',
    'never',
    'não',
    'nao',
    'nunca',
    'jamais',
    'sin',
    'without',
    'avoid',
    'evite',
    'wait',
    'aguardar',
  ],
  ...[
    'espere',
    'maybe',
    'talvez',
    'quizás',
    'possible',
    'possível',
    'posible',
    'if',
    'caso',
    'hit',
    'stopped',
    'stop',
    'target',
  ],
  ...[
    'TP',
    'TP1',
    'SL',
    'stop loss',
    'take profit',
    'alvo',
    'atingido',
    'objetivo alcanzado',
    'lucro',
    'sold',
    'vendido',
    'bought',
  ],
  ...[
    'short',
    'SHORT',
    'cover',
    'cobrir',
    'cubrir',
    'reduce',
    'reduzir',
    'reducir',
    'partial',
    'parcial',
    'test',
    'TEST',
    'teste',
  ],
  ...['prueba', 'paper', 'demo', 'dry run', 'simulação', '?', '❌'],
];
const BUYS = ['buy', 'BUY', 'long', 'compra', 'Comprar', '🟢', 'Caça Fundo', 'enter long', 'go long'];
const FILL = ['BTCUSDT', 'now', 'signal', '(H1)', 'Preço (98450)', 'spot', 'agora', '🚀', 'market', 'at', 'the'];

const casing = fc.constantFrom(
  (word: string) => word,
  (word: string) => word.toUpperCase(),
  (word: string) => word.toLowerCase(),
  (word: string) => word.normalize('NFD'),
  (word: string) => word.normalize('NFD').replace(/\p{M}/gu, ''),
);
const cased = (words: readonly string[]) =>
  fc.tuple(fc.constantFrom(...words), casing).map(([word, change]) => change(word));
const shuffled = (parts: string[]) => fc.shuffledSubarray(parts, { minLength: parts.length, maxLength: parts.length });
const space = fc.constantFrom(' ', '  ', '\n', ', ', ' | ', ' - ', '\t', '. ', ' / ');

/** `closePosition`, `close_position`, `Close Position`, `close-position`, nested and with a prefix. */
const spelt = (...words: string[]) =>
  fc.constantFrom(
    words.join('_'),
    words.map((word, index) => (index === 0 ? word : `${word[0]?.toUpperCase()}${word.slice(1)}`)).join(''),
    words.join('-'),
    words.join(' '),
    words.join('_').toUpperCase(),
    words.map((word) => `${word[0]?.toUpperCase()}${word.slice(1)}`).join(''),
  );
const truthy = fc.constantFrom<unknown>(true, 'true', 'TRUE', 1, '1', 'yes', 'Yes');
const pair = (key: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) => fc.record({ key, value });
const fieldAgainst = fc.oneof(
  pair(
    fc.oneof(
      spelt('reduce', 'only'),
      spelt('close', 'position'),
      spelt('is', 'close'),
      spelt('close', 'only'),
      spelt('is', 'exit'),
      spelt('dry', 'run'),
      spelt('is', 'test'),
      fc.constantFrom('test', 'paper', 'cancel', 'exit', 'cover', 'disabled', 'demo'),
    ),
    truthy,
  ),
  pair(
    fc.oneof(
      spelt('market', 'position'),
      spelt('current', 'position'),
      spelt('new', 'position'),
      fc.constant('sentiment'),
      spelt('position', 'side'),
      spelt('strategy', 'market', 'position'),
    ),
    fc.constantFrom('flat', 'short', 'FLAT', 'Short', 'bearish', 'vendido'),
  ),
  pair(fc.oneof(spelt('prev', 'market', 'position'), spelt('previous', 'position')), fc.constantFrom('short', 'SHORT')),
  pair(
    fc.oneof(
      spelt('position', 'size'),
      spelt('market', 'position', 'size'),
      fc.constantFrom('quantity', 'qty', 'amount', 'contracts', 'size'),
    ),
    fc.constantFrom<unknown>(0, '0', '0.0', -1, '-0.5', '−2'),
  ),
  pair(
    fc.oneof(
      spelt('order', 'id'),
      spelt('alert', 'message'),
      fc.constantFrom('comment', 'type', 'event', 'reason', 'note', 'id', 'message', 'text', 'whatever', 'strategy'),
    ),
    fc.tuple(cased(AGAINST), fc.constantFrom('', ' long', ' BTCUSDT', ' x')).map(([word, rest]) => `${word}${rest}`),
  ),
  pair(
    fc.constantFrom('action', 'side', 'order_action', 'direction'),
    fc.constantFrom<unknown>('sell', 'short', 'hold', 'cancel', ['buy'], null, {}, 'close', ''),
  ),
);

/** One of the places where a field can be. */
const place = fc.constantFrom(
  (key: string, value: unknown) => ({ [key]: value }),
  (key: string, value: unknown) => ({ order: { [key]: value } }),
  (key: string, value: unknown) => ({ strategy: { info: { [key]: value } } }),
  (key: string, value: unknown) => ({ data: { a: { b: { c: { [key]: value } } } } }),
  (key: string, value: unknown) => ({ extra: [{ [key]: value }] }),
  (key: string, value: unknown) => ({ extra: JSON.stringify({ [key]: value }) }),
);

describe('the one rule of reading', () => {
  it('a text with a word against the order is never a buy', () => {
    const text = fc
      .tuple(cased(AGAINST), cased(BUYS), fc.subarray(FILL), space)
      .chain(([against, buy, rest, gap]) =>
        shuffled(['BTCUSDT', against, buy, ...rest]).map((parts) => parts.join(gap)),
      );
    fc.assert(
      fc.property(text, (message) => {
        fc.pre(!isPriceLabel(message));
        expect(actionOf(message)).not.toBe('BUY_SIGNAL');
      }),
      { numRuns: 1_000 },
    );
  });
  it('a structured body with a field against the order is never a buy, in whatever place and spelling', () => {
    const message = fc
      .record({
        field: fieldAgainst,
        put: place,
        action: fc.constantFrom('buy', 'BUY', 'enter_long', 'compra'),
        key: fc.constantFrom('action', 'orderAction', 'Action'),
      })
      .map(({ field, put, action, key }) =>
        JSON.stringify({ ticker: 'BTCUSDT', [key]: action, price: '98450', ...put(field.key, field.value) }),
      );
    fc.assert(
      fc.property(message, (text) => {
        // The one key that the field replaced decides alone.
        fc.pre(/"(?:action|orderAction|Action)":"(?:buy|BUY|enter_long|compra)"/.test(text) && !isPriceLabel(text));
        expect(actionOf(text)).not.toBe('BUY_SIGNAL');
      }),
      { numRuns: 1_000 },
    );
  });
  /** `my-hit-strategy-1`: words and a number, joined by separators of names. */
  const identifier = (word: fc.Arbitrary<string>) =>
    fc
      .tuple(
        fc.array(fc.constantFrom('my', 'alpha', 'btc', 'rsi', 'strategy', 'v2'), { maxLength: 2 }),
        word,
        fc.nat({ max: 999_999 }),
        fc.constantFrom('-', '_', '.', ':', '/', '+', '#'),
        fc.boolean(),
      )
      .map(([names, one, number, joint, isFirst]) =>
        (isFirst ? [one, ...names, String(number)] : [...names, String(number), one]).join(joint),
      );
  const idKey = fc.oneof(
    fc.constantFrom('id', 'uid', 'ID'),
    ...['order', 'alert', 'event', 'signal', 'strategy', 'trade', 'bot'].map((word) => spelt(word, 'id')),
  );
  const buyWith = (key: string, value: string) =>
    JSON.stringify({ ticker: 'BTCUSDT', action: 'buy', price: '98450', [key]: value });

  it('an identifier may contain words of waiting and chance: it names a message and does not describe it', () => {
    const words = ['hit', 'monitors', 'watch', 'idea', 'hold', 'before', 'if', 'trigger', 'Winner', 'expected', 'plan'];
    fc.assert(
      fc.property(idKey, identifier(fc.constantFrom(...words)), (key, id) => {
        expect(actionOf(buyWith(key, id))).toBe('BUY_SIGNAL');
      }),
    );
    // A phrase is not an identifier, and no other field is one.
    for (const phrase of ['hit', 'monitoring', 'watch only', 'wait for 42', 'buy if 5?', 'Close 2', 'close 1'])
      expect(actionOf(buyWith('id', phrase))).toBe('UNKNOWN');
    expect(actionOf(buyWith('comment', 'my-hit-strategy-1'))).toBe('UNKNOWN');
  });
  it('an identifier with a word that closes, cancels, denies, stops, reduces, tests or sells short is never a buy', () => {
    const words = [
      ...[
        'close',
        'Exit',
        'flat',
        'fechar',
        'sair',
        'zerar',
        'cerrar',
        'cancel',
        'anulada',
        'void',
        'not',
        'dont',
        'never',
      ],
      ...['nao', 'sin', 'short', 'cover', 'cobrir', 'reduce', 'partial', 'parcial', 'test', 'demo', 'paper', 'prueba'],
      ...['stop', 'stopped', 'sl', 'TP', 'tp1', 'SL2', 'target', 'alvo', 'sold', 'vendido', 'filled', 'takeprofit'],
    ];
    fc.assert(
      fc.property(idKey, identifier(fc.constantFrom(...words)), (key, id) => {
        expect(actionOf(buyWith(key, id))).not.toBe('BUY_SIGNAL');
      }),
      { numRuns: 500 },
    );
  });
  it('a form or lines with such a field are never a buy', () => {
    const flat = fieldAgainst.filter(({ value, key }) => typeof value !== 'object' && !/[ =:]/.test(key));
    fc.assert(
      fc.property(flat, fc.boolean(), ({ key, value }, asForm) => {
        fc.pre(!['action'].includes(key) || value !== '');
        const pairs = [
          ['ticker', 'BTCUSDT'],
          ['action', 'buy'],
          [key, String(value)],
        ] as const;
        const text = asForm
          ? pairs.map(([name, each]) => `${name}=${encodeURIComponent(each)}`).join('&')
          : pairs.map(([name, each]) => `${name}: ${each}`).join('\n');
        expect(actionOf(text)).not.toBe('BUY_SIGNAL');
      }),
      { numRuns: 1_000 },
    );
  });
  it('a message whose only closing word is a price label is never a sell', () => {
    const label = fc.constantFrom(
      'close 98450',
      'Close: 98450',
      'close=98450.5',
      'close (98450)',
      'fechamento 98450',
      'fechamento: 98450',
      'Cierre: 98450',
      'at close',
      'on close',
      'at bar close',
      'bar close',
      'no fechamento',
      'candle close',
    );
    const text = fc
      .tuple(
        label,
        fc.option(fc.constantFrom('buy', 'long', 'compra', '🟢'), { nil: null }),
        fc.subarray(['(H1)', 'now', 'signal']),
      )
      .chain(([word, buy, rest]) =>
        shuffled(['BTCUSDT', word, ...(buy === null ? [] : [buy]), ...rest]).map((parts) => parts.join(' ')),
      );
    fc.assert(
      fc.property(text, (message) => {
        expect(actionOf(message)).not.toBe('SELL_SIGNAL');
        expect(actionOf(JSON.stringify({ message }))).not.toBe('SELL_SIGNAL');
        expect(actionOf(JSON.stringify({ ticker: 'BTCUSDT', action: 'buy', close: '98450', message }))).not.toBe(
          'SELL_SIGNAL',
        );
      }),
      { numRuns: 1_000 },
    );
  });
  it('an unknown word prevents a text from trading', () => {
    const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{6,12}$/);
    fc.assert(
      fc.property(word, fc.constantFrom(...BUYS, 'sell', 'venda'), (strange, order) => {
        const reading = readSignal({ text: `BTCUSDT ${order} ${strange}` });
        expect(reading.action).toBe('UNKNOWN');
        // A word that ends like a quote asset ("vbvbnb") is a second symbol, which stops the message too.
        if (reading.refusal?.code === 'SYMBOL_MISSING') return;
        expect(reading.unread).toContainEqual({ kind: 'WORD', text: strange });
        expect(reading.refusal?.message).toContain(strange);
      }),
    );
  });
});

/** 'close' before a number or after 'at' and similar words names a price, so it is no evidence against the order. */
const isPriceLabel = (text: string): boolean =>
  /(?:close|flat)[\s,.|/:-]*(?:\(|preço|price)?[\s(]*\d|(?:\bat|\bthe|\bon|bar)[\s,.|/-]+close/i.test(
    text.normalize('NFC'),
  );
