import type { OrderRequest } from '../server/src/exchange/exchange.js';
import { FAULTS, type Fault } from '../server/src/testing/fake-exchange/faults.js';
import { openRealExchange } from '../server/src/testing/worlds/real-exchange.js';
import type { GuaranteeResult } from './guarantee.js';

/** Codes of Binance and Bybit that do not prove that an order was not placed, and unknown codes. */
const CODES = {
  binance: [-1000, -1001, -1006, -1007, -1008, -1016, -1099, -2011, -2013, -2026, -9999],
  bybit: [10000, 10016, 10019, 170001, 170007, 170032, 170146, 3400001, 999999],
};
const body = (dialect: 'binance' | 'bybit', code: number) =>
  dialect === 'binance' ? { code, msg: 'something' } : { retCode: code, retMsg: 'something', result: {}, time: 1 };

function ambiguous(dialect: 'binance' | 'bybit'): [string, Fault][] {
  const faults: [string, Fault][] = [];
  for (const [name, fault] of Object.entries(FAULTS))
    if (!['limited', 'banned', 'slow'].includes(name)) faults.push([name, fault]);
  for (const code of CODES[dialect]) {
    const status = dialect === 'binance' ? 400 : 200;
    faults.push([`code ${code}`, { answer: { status, body: body(dialect, code) } }]);
  }
  const certain = dialect === 'binance' ? -2010 : 170131;
  for (const status of [500, 502, 503, 504])
    faults.push([`code ${certain} with ${status}`, { answer: { status, body: body(dialect, certain) } }]);
  for (const status of [403, 404, 408, 500, 502, 503, 504])
    faults.push([`HTTP ${status} without a code`, { answer: { status, body: '<html></html>' } }]);
  faults.push(['an empty answer', { answer: { status: 200, body: '' } }]);
  faults.push(['an answer of another kind', { answer: { status: 200, body: '[]' } }]);
  return faults;
}

async function walk(dialect: 'binance' | 'bybit'): Promise<{ tried: number; wrong: string[] }> {
  const { fake, exchange, stop } = await openRealExchange(
    { dialect, balances: { USDT: '10000000' } },
    { timeoutMs: 400 },
  );
  const wrong: string[] = [];
  try {
    fake.setPrice('BTC/USDT', { last: '100000' });
    await exchange.market('BTC/USDT');
    const faults = ambiguous(dialect);
    for (const [index, [name, fault]] of faults.entries()) {
      const clientOrderId = `xR3${String(index).padStart(15, '0')}`;
      const order: OrderRequest = { clientOrderId, symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quantity: '0.01' };
      const before = fake.requests.filter(({ kind }) => kind === 'place').length;
      fake.faults.next('place', fault);
      const { kind } = await exchange.place(order);
      const sent = fake.requests.filter(({ kind }) => kind === 'place').length - before;
      fake.faults.clear();
      if (kind !== 'unknown' || sent !== 1) wrong.push(`${dialect}, ${name}: ${kind}, sent ${sent} times`);
    }
    return { tried: faults.length, wrong };
  } finally {
    await stop();
  }
}

/** R3: an answer that is not a listed refusal leaves the order unknown, and the order is sent only once. */
export async function ambiguousIsUnknown(): Promise<GuaranteeResult[]> {
  const walks = [await walk('binance'), await walk('bybit')];
  const tried = walks.reduce((sum, { tried }) => sum + tried, 0);
  const wrong = walks.flatMap(({ wrong }) => wrong);
  for (const each of wrong) process.stderr.write(`R3 ${each}\n`);
  return [
    {
      ...{ guarantee: 'R3', what: 'ambiguous answers of both dialects that leave an order unknown, sent once' },
      ...{ figure: `${tried - wrong.length} of ${tried}`, target: '100 %', holds: wrong.length === 0 },
    },
  ];
}
