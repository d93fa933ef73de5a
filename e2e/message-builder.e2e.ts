import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isToolMissing } from '../server/src/testing/missing-tool.js';
import { readSignal, type SignalReading } from '../server/src/core/signal/read-signal.js';
import { checkPhrase } from '../server/src/core/signal/text/signal-phrases.js';
import { verifyBodyToken, hashToken } from '../server/src/webhooks/ingest/body-token.js';
import { verifySignature } from '../server/src/webhooks/ingest/verify-signature.js';
import {
  alertText,
  dynamicsOf,
  exampleValues,
  filledText,
  fitting,
  messageParts,
  NOW,
  TOKEN_PLACE,
  type Choices,
} from '../web/src/features/webhooks/builder/message.js';
import { curlCommand, pineScript, pythonScript } from '../web/src/features/webhooks/builder/scripts.js';

// The builder is code of the page and the reader is code of the server: only here both can be read.

const AT = new Date('2026-11-30T19:30:20.123Z');
const TIME_MS = Date.parse('2026-11-30T19:30:20Z');
const TAUGHT = [
  { phrase: 'entrou no canal', meaning: 'BUY' },
  { phrase: 'rompimento confirmado', meaning: 'BUY' },
  { phrase: 'perdeu o canal', meaning: 'SELL' },
] as const;
const WORDS = {
  BUY: ['', 'buy', 'compra', 'Caça Fundo', 'entrou no canal', 'Rompimento confirmado'],
  SELL: ['', 'sell', 'venda', 'Caça Topo', 'Perdeu o canal'],
  STRATEGY: [''],
};
const phrases = TAUGHT.map(({ phrase, meaning }) => {
  const checked = checkPhrase({ phrase, meaning });
  if ('problem' in checked) throw new Error(checked.problem);
  return { phrase: checked.phrase, meaning };
});

/** A chart of TradingView, and what happens on it. */
interface Chart {
  ticker: string;
  close: string;
  interval: string;
  orderId: string;
}
const TICKERS = ['BTCUSDT', 'SOLUSDT.P', 'PEPEUSDC', 'ETHBTC', '1INCHUSDT', 'XRPBRL'];
const PRICES = ['98450.5', '0.00001234', '1', '83.09', '1234567.891'];
const INTERVALS = ['1', '5', '7', '60', '240', '1D', '1W', '12M', '30S'];
const ORDER_IDS = ['Long', 'entry-1', 'L1', 'Buy'];
/** The lists have lengths without a common divisor, so that every pair of values meets. */
const chartAt = (n: number): Chart => ({
  ...{ ticker: TICKERS[n % 6] ?? '', close: PRICES[n % 5] ?? '' },
  ...{ interval: INTERVALS[Math.floor(n / 2) % 9] ?? '', orderId: ORDER_IDS[Math.floor(n / 3) % 4] ?? '' },
});

/** All combinations of the values of each name. */
const combined = <T extends object>(values: { [K in keyof T]: readonly T[K][] }): T[] =>
  Object.entries(values).reduce<object[]>(
    (all, [name, list]) => all.flatMap((one) => (list as unknown[]).map((value) => ({ ...one, [name]: value }))),
    [{}],
  ) as T[];

const FIXED_SYMBOLS = ['', 'ETH/USDT', 'BINANCE:SOLUSDT.P', '', 'ADAUSDT', 'SOL-USDT', 'DOGE_USDT'];
const ALL: Choices[] = (['BUY', 'SELL', 'STRATEGY'] as const)
  .flatMap((action) =>
    combined<Choices>({
      ...{ action: [action], format: ['JSON', 'TEXT'], words: WORDS[action], timeframe: [true, false] },
      symbol: [''],
      ...{ price: ['CLOSE', 'ORDER', 'FIXED', 'NONE'], fixedPrice: ['0.00001234'] },
      ...{ identity: ['TIME', 'NUMBER', 'ORDER', 'BODY'], number: ['7'], maxLagSec: ['', '86400'] },
    }),
  )
  .map((one, n) => ({ ...one, symbol: FIXED_SYMBOLS[n % FIXED_SYMBOLS.length] ?? '' }));
const some = (every: number): Choices[] => ALL.filter((_, index) => index % every === 0);

const SYMBOLS: Record<string, string> = {
  ...{ BTCUSDT: 'BTC/USDT', 'SOLUSDT.P': 'SOL/USDT', PEPEUSDC: 'PEPE/USDC', ETHBTC: 'ETH/BTC' },
  ...{ '1INCHUSDT': '1INCH/USDT', XRPBRL: 'XRP/BRL', 'ETH/USDT': 'ETH/USDT', 'BINANCE:SOLUSDT.P': 'SOL/USDT' },
  ...{ ADAUSDT: 'ADA/USDT', 'SOL-USDT': 'SOL/USDT', DOGE_USDT: 'DOGE/USDT' },
};

/** What TradingView fills in for an order of a strategy, and for the alert of an indicator. */
const valuesOf = (chart: Chart, order: 'BUY' | 'SELL') =>
  new Map([
    ...exampleValues(order, AT),
    ['{{ticker}}', chart.ticker],
    ['{{close}}', chart.close],
    ['{{strategy.order.price}}', chart.close],
    ['{{interval}}', chart.interval],
    ...(order === 'BUY' ? ([['{{strategy.order.id}}', chart.orderId]] as const) : []),
  ]);

function expectReading(reading: SignalReading, chosen: Choices, chart: Chart, order: 'BUY' | 'SELL'): void {
  expect(reading.action, reading.matchedTokens.join(' ')).toBe(`${order}_SIGNAL`);
  expect(reading.symbol).toBe(SYMBOLS[chosen.symbol || chart.ticker]);
  const price = { CLOSE: chart.close, ORDER: chart.close, FIXED: chosen.fixedPrice || null, NONE: null }[chosen.price];
  expect(reading.price).toBe(price);
  expect([reading.priceUnread, reading.timeUnread, reading.unread]).toEqual([null, null, []]);
  expect(reading.time).toBe(chosen.identity === 'BODY' ? null : TIME_MS);
  expect(reading.timeframe).toBe(chosen.timeframe ? chart.interval : null);
  expect(reading.maxLag).toEqual(chosen.maxLagSec === '' ? null : { sec: Number(chosen.maxLagSec) });
  if (chosen.identity === 'NUMBER') expect(reading.explicitId).toBe(`alert-${chosen.number}`);
  else expect(reading.explicitId === null).toBe(chosen.identity !== 'ORDER');
}

const ordersOf = ({ action }: Choices): ('BUY' | 'SELL')[] => (action === 'STRATEGY' ? ['BUY', 'SELL'] : [action]);

describe('every message that the builder can make is read as the action that was chosen', () => {
  it('with the placeholders filled in as TradingView does', () => {
    const seen = new Set<string>();
    for (const [index, drawn] of ALL.entries()) {
      const [hasBodyToken, isPretty, chart] = [index % 7 > 3, index % 2 === 0, chartAt(index)];
      const chosen = fitting(drawn, hasBodyToken);
      const parts = messageParts(chosen, { hasBodyToken, isPretty });
      for (const order of ordersOf(chosen)) {
        const text = filledText(parts, valuesOf(chart, order));
        expectReading(readSignal({ text, phrases }), chosen, chart, order);
        if (hasBodyToken) expect(verifyBodyToken(text, hashToken(TOKEN_PLACE))).toBeNull();
        seen.add(alertText(parts));
      }
    }
    expect(seen.size).toBeGreaterThan(150);
  });

  it('and is no order while the action of a strategy was not filled in', () => {
    const strategies = ALL.filter(({ action }) => action === 'STRATEGY');
    for (const chosen of strategies) {
      const text = alertText(messageParts(fitting(chosen, false), { hasBodyToken: false }));
      expect(readSignal({ text }).action).toBe('UNKNOWN');
    }
    expect(strategies.length).toBeGreaterThan(100);
  });

  it('also when a strategy only covers a short: then nothing is bought', () => {
    const parts = messageParts(fitting({ ...base, action: 'STRATEGY' }, false), { hasBodyToken: false });
    const covers = new Map([
      ...exampleValues('BUY', AT),
      ['{{strategy.market_position}}', 'flat'],
      ['{{strategy.prev_market_position}}', 'short'],
    ]);
    expect(readSignal({ text: filledText(parts, covers) }).action).toBe('UNKNOWN');
  });

  it('as Pine v6 makes it', () => {
    for (const [index, drawn] of some(3).entries()) {
      const [hasBodyToken, chart] = [index % 2 === 0, chartAt(index)];
      const chosen = fitting(drawn, hasBodyToken);
      const code = pineScript(chosen, (one) => messageParts(fitting(one, hasBodyToken), { hasBodyToken }));
      const messages = messagesOf(code, chart);
      const orders = ordersOf(chosen);
      expect(messages).toHaveLength(orders.length);
      for (const [at, order] of orders.entries()) {
        const said = fitting({ ...chosen, action: order }, hasBodyToken);
        expectReading(readSignal({ text: messages[at] ?? '', phrases }), said, chart, order);
      }
    }
  });
});

const base: Choices = {
  ...{ format: 'JSON', action: 'BUY', symbol: '', price: 'CLOSE', fixedPrice: '', timeframe: true },
  ...{ identity: 'TIME', number: '1', maxLagSec: '', words: '' },
};

/** The strings that `alert()` or `alert_message` of a script get, computed as Pine does. */
function messagesOf(code: string, chart: Chart): string[] {
  const found = [...code.matchAll(/(?:alert\(|alert_message = )(.+?)(?:, alert\.freq_once_per_bar_close)?\)$/gm)];
  return found.map(([, expression = '']) => {
    let [rest, text] = [expression, ''];
    for (;;) {
      const literal = /^'((?:[^'\\]|\\.)*)'/.exec(rest);
      const value = Object.entries(pineValues(chart)).find(([name]) => rest.startsWith(name));
      if (literal) text += (literal[1] ?? '').replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
      else if (value) text += value[1];
      else throw new Error(`not Pine: ${rest}`);
      rest = rest.slice(literal ? literal[0].length : (value?.[0].length ?? 0));
      if (rest === '') return text;
      if (!rest.startsWith(' + ')) throw new Error(`not Pine: ${rest}`);
      rest = rest.slice(3);
    }
  });
}

const pineValues = (chart: Chart): Record<string, string> => ({
  'syminfo.ticker': chart.ticker,
  'str.tostring(close, format.mintick)': chart.close,
  'timeframe.period': chart.interval,
  [NOW.pine]: '2026-11-30T19:30:20Z',
});

describe('the scripts of the builder, run', () => {
  const received: { headers: Record<string, string | string[] | undefined>; body: Buffer }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ headers: request.headers, body: Buffer.concat(chunks) });
      response.end('taken\n');
    });
  });
  let url = '';
  beforeAll(async () => {
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/it's-a-code`;
  });
  afterAll(() => void server.close());

  const SECRET = "whsec_it's-secret";
  const CASES = 8;
  const cases = some(Math.floor(ALL.length / CASES)).map((chosen, n) => [chosen, n % 2 === 0, n % 3 === 0] as const);

  describe.each([
    ['sh', curlCommand, ['curl', 'openssl']],
    ['python3', pythonScript, ['python3']],
  ] as const)('%s', (shell, scriptOf, needs) => {
    const isMissing = needs.some((tool) => isToolMissing(tool, ['--version'], `${shell} scripts of the builder`));
    it.skipIf(isMissing)('sends a message that is accepted', async () => {
      for (const [drawn, requireSignature, hasBodyToken] of cases) {
        const chosen = fitting(drawn, hasBodyToken);
        const parts = messageParts(chosen, { hasBodyToken });
        const script = scriptOf(parts, dynamicsOf(parts), {
          ...{ url, requireSignature, isJson: chosen.format === 'JSON', secretPlace: SECRET },
          examples: exampleValues('BUY', AT),
        });
        received.length = 0;
        const { stdout } = await promisify(execFile)(shell, ['-c', script]);
        expect(stdout.trim()).toBe('taken');
        const [{ headers, body }] = received as [(typeof received)[number]];
        const reading = readSignal({ text: body.toString(), phrases });
        expect(reading.action, body.toString()).toBe(chosen.action === 'SELL' ? 'SELL_SIGNAL' : 'BUY_SIGNAL');
        expect(headers['content-type']).toBe(chosen.format === 'JSON' ? 'application/json' : 'text/plain');
        // The time is that of now, by the clock of the script.
        if (chosen.identity !== 'BODY') expect(Math.abs((reading.time ?? 0) - Date.now())).toBeLessThan(120_000);
        const nowMs = Date.now();
        const fault = verifySignature({ headers, rawBody: body, secret: SECRET, nowMs });
        expect(fault?.code ?? null).toBe(requireSignature ? null : 'SIGNATURE_MISSING');
      }
    });
  });
});
