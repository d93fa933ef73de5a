import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { indexTickers, resolveSymbol, type NamedMarket } from './market-tickers.js';

const market = (symbol: string, ...names: string[]): NamedMarket => {
  const [base = '', quote = ''] = symbol.split('/');
  return { symbol, base, quote, names };
};

const KRAKEN = indexTickers([
  market('BTC/USD', 'XXBTZUSD', 'XBTUSD', 'XBT/USD'),
  market('BTC/USDT', 'XBTUSDT', 'XBT/USDT'),
  market('DOGE/USD', 'XDGUSD', 'XDG/USD'),
  market('DOT/USD', 'DOTUSD', 'DOT/USD'),
  market('BNB/USD', 'BNBUSD'),
  market('ARB/USD', 'ARBUSD'),
  market('USDT/USD', 'USDTZUSD', 'USDTUSD'),
]);
const COINBASE = indexTickers([
  market('BTC/USD', 'BTC-USD'),
  market('DOT/USD', 'DOT-USD'),
  market('USDT/USD', 'USDT-USD'),
]);

const at = (markets: ReturnType<typeof indexTickers> | undefined, raw: string, ...candidates: string[]) => {
  const resolved = resolveSymbol({ raw, candidates }, markets);
  return 'symbol' in resolved ? resolved.symbol : resolved.refusal.code;
};

describe('resolveSymbol', () => {
  it('splits a ticker by the markets that the exchange has', () => {
    expect(at(KRAKEN, 'DOTUSD', 'DO/TUSD', 'DOT/USD')).toBe('DOT/USD');
    expect(at(KRAKEN, 'BNBUSD', 'BN/BUSD', 'BNB/USD')).toBe('BNB/USD');
    expect(at(KRAKEN, 'ARBUSD', 'AR/BUSD', 'ARB/USD')).toBe('ARB/USD');
    expect(at(KRAKEN, 'USDTUSD', 'USD/TUSD', 'USDT/USD')).toBe('USDT/USD');
    expect(at(COINBASE, 'DOTUSD', 'DO/TUSD', 'DOT/USD')).toBe('DOT/USD');
    expect(at(COINBASE, 'USDTUSD', 'USD/TUSD', 'USDT/USD')).toBe('USDT/USD');
  });

  it('knows the names that an exchange gives to its coins', () => {
    expect(at(KRAKEN, 'XBTUSD', 'XBT/USD')).toBe('BTC/USD');
    expect(at(KRAKEN, 'XBT/USD', 'XBT/USD')).toBe('BTC/USD');
    expect(at(KRAKEN, 'KRAKEN:XBTUSDT', 'XBT/USDT')).toBe('BTC/USDT');
    expect(at(KRAKEN, 'XDGUSD', 'XDG/USD')).toBe('DOGE/USD');
  });

  it('refuses a ticker that fits two markets, and takes one that is written with a separator', () => {
    const both = indexTickers([market('AR/BUSD'), market('ARB/USD')]);
    expect(at(both, 'ARBUSD', 'AR/BUSD', 'ARB/USD')).toBe('SYMBOL_AMBIGUOUS');
    expect(at(both, 'ARB/USD', 'ARB/USD')).toBe('ARB/USD');
    expect(at(both, 'AR-BUSD', 'AR/BUSD')).toBe('AR/BUSD');
    expect(at(both, 'BINANCE:arb_usd', 'ARB/USD')).toBe('ARB/USD');
  });

  it('keeps the most likely split of a ticker that the exchange does not trade', () => {
    expect(at(COINBASE, 'SOLUSDT', 'SOL/USDT')).toBe('SOL/USDT');
  });

  it('guesses nothing before the markets of the exchange were read', () => {
    expect(at(undefined, 'SOLUSDT', 'SOL/USDT')).toBe('SOL/USDT');
    expect(at(undefined, 'DOTUSD', 'DO/TUSD', 'DOT/USD')).toBe('SYMBOL_AMBIGUOUS');
  });

  it('returns a market with the letters of the ticker or refuses, for any set of markets', () => {
    const asset = fc.stringMatching(/^[A-C]{1,4}$/);
    const markets = fc.uniqueArray(fc.tuple(asset, asset), { maxLength: 12, selector: (pair) => pair.join('/') });
    fc.assert(
      fc.property(markets, fc.stringMatching(/^[A-C]{2,6}$/), (pairs, ticker) => {
        const symbols = pairs.map((pair) => pair.join('/'));
        const splits = [...ticker].slice(1).map((_, at) => `${ticker.slice(0, at + 1)}/${ticker.slice(at + 1)}`);
        const fitting = symbols.filter((symbol) => symbol.replace('/', '') === ticker);
        const resolved = resolveSymbol(
          { raw: ticker, candidates: splits },
          indexTickers(symbols.map((s) => market(s))),
        );
        if (fitting.length > 1) expect(resolved).toHaveProperty('refusal.code', 'SYMBOL_AMBIGUOUS');
        else expect(resolved).toEqual({ symbol: fitting[0] ?? splits[0] });
      }),
    );
  });
});
