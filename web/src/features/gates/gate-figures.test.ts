import { describe, expect, it } from 'vitest';
import schema from '../../../../schema.graphql?raw';
import type { TradingGateCode } from '../../gql/generated';
import en from '../../messages/pages/gates.en.json';
import ptBr from '../../messages/pages/gates.pt-BR.json';
import { formatDecimal } from '../../lib/decimal';
import { figureWords, groupOf, inUnit, placeOf } from './gate-figures';

const CODES = [...(/^enum TradingGateCode \{(.*?)^\}/ms.exec(schema)?.[1] ?? '').matchAll(/^ {2}([A-Z_]+)$/gm)].map(
  ([, code]) => code as TradingGateCode,
);
const format = { decimal: (value: string, options?: object) => formatDecimal(value, 'en', options) };
const text = (value: string, unit: string | null) => inUnit(format, value, unit, (of) => of);
const words = (code: TradingGateCode, value: string | null, limit: string | null, unit: string | null) =>
  figureWords({ code, value, limit, unit }, text);

describe('a gate', () => {
  it('of the API has its name, its sentence and its help in both languages, and no words are left of others', () => {
    expect(CODES.length).toBeGreaterThan(30);
    for (const { gates } of [en, ptBr]) expect(Object.keys(gates.gate).toSorted()).toEqual(CODES.toSorted());
  });

  it('belongs to one part of the way, and to a page if the owner can open it', () => {
    expect([...new Set(CODES.map(groupOf))].toSorted()).toEqual(['account', 'order', 'source']);
    const owner = { source: '7', isAdmin: false };
    expect(placeOf('SOURCE_LIVE', owner)).toBe('/sources/7');
    expect(placeOf('SOURCE_LIVE', { source: undefined, isAdmin: false })).toBeUndefined();
    expect(placeOf('PARAMETER', owner)).toBe('/parameters');
    expect(placeOf('EXECUTOR', owner)).toBeUndefined();
    expect(placeOf('EXECUTOR', { ...owner, isAdmin: true })).toBe('/admin/system');
  });
});

describe('the figure of a gate', () => {
  it.each([
    ['PRICE', '1500', '30000', 'ms', { key: 'atMost', value: '1.5 s', limit: '30s' }],
    ['MIN_INTERVAL', '20', '600', 's', { key: 'atLeast', value: '20s', limit: '10m' }],
    ['BALANCE', '5000', '500', 'USDT', { key: 'atLeast', value: '5,000 USDT', limit: '500 USDT' }],
    ['SOURCE_RATE', '2', '60', 'signals', { key: 'atMost', value: '2', limit: '60 signals' }],
    ['SELLABLE', '0', '3', 'positions', { key: 'ofAll', value: '0', limit: '3 positions' }],
    ['PRICE_LIMIT', null, '50', 'bps', { key: 'limitOnly', value: '', limit: '50 bps' }],
    ['MINIMUMS', null, '5', 'USDT', { key: 'leastOnly', value: '', limit: '5 USDT' }],
    ['MARKET', 'BTC/USDT', null, null, { key: 'value', value: 'BTC/USDT', limit: '' }],
    ['ACCOUNT_MODE', 'REAL', 'REAL', null, { key: 'value', value: 'REAL', limit: 'REAL' }],
    ['ACCOUNT_MODE', 'REAL', 'SIMULATION', null, { key: 'other', value: 'REAL', limit: 'SIMULATION' }],
    ['VAULT_MODE', null, 'REAL', null, undefined],
    ['SOURCE_ACTIVE', null, null, null, undefined],
  ] as const)('of %s with %s and %s %s is said with its unit once', (code, value, limit, unit, expected) => {
    expect(words(code, value, limit, unit)).toEqual(expected);
  });
});
