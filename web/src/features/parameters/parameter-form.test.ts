import { describe, expect, it } from 'vitest';
import type { ParameterRowFragment } from '../../gql/generated';
import { FIELD_RULES, formOf, inputOf, isSymbol, neverSells, NEW_PARAMETER } from './parameter-form';

const row: ParameterRowFragment = {
  __typename: 'TradeParameter',
  id: '7',
  symbol: 'BTC/USDT',
  side: 'BOTH',
  quoteAmountFixed: '100.000000000000000001',
  quoteAmountPctBalance: null,
  maxOrdersPerHour: 4,
  minIntervalSec: null,
  orderTypeDefault: 'MARKET',
  slippageBps: 50,
  limitPriceBandPct: '10',
  defaultSlEnabled: true,
  defaultSlPct: '3.00',
  defaultTpEnabled: false,
  defaultTpPct: '6.00',
  trailingStopEnabled: false,
  trailingDistancePct: null,
  trailingArmingPct: '0',
  defaultTargets: [{ __typename: 'ExitTarget', pct: '2', sharePct: '50' }],
  defaultBreakEven: true,
  defaultTimeStopHours: 48,
  minProfitPct: null,
  updatedAt: '2026-11-24T03:00:00.000Z',
  account: { __typename: 'ExchangeAccount', id: '1', label: 'Demo', exchange: 'BINANCE_SPOT', tradeMode: 'SIMULATION' },
  vault: { __typename: 'Vault', id: '2', name: 'Vault' },
};

describe('the form of a trade parameter', () => {
  it('sends back exactly what was stored when nothing was changed', () => {
    expect(inputOf(formOf(row))).toEqual({
      symbol: 'BTC/USDT',
      side: 'BOTH',
      quoteAmountFixed: '100.000000000000000001',
      quoteAmountPctBalance: null,
      vaultId: '2',
      orderTypeDefault: 'MARKET',
      slippageBps: 50,
      limitPriceBandPct: '10',
      defaultSlEnabled: true,
      defaultSlPct: '3.00',
      defaultTpEnabled: false,
      defaultTpPct: '6.00',
      trailingStopEnabled: false,
      trailingDistancePct: null,
      trailingArmingPct: '0',
      defaultTargets: [{ pct: '2', sharePct: '50' }],
      defaultBreakEven: true,
      defaultTimeStopHours: 48,
      minProfitPct: null,
      maxOrdersPerHour: 4,
      minIntervalSec: null,
    });
  });

  it('sends only the size that is chosen', () => {
    const form = { ...formOf(row), sizing: 'PCT' as const, pct: '25' };
    expect(inputOf(form)).toMatchObject({ quoteAmountFixed: null, quoteAmountPctBalance: '25' });
    expect(inputOf({ ...form, side: 'SELL', sizing: 'ALL' })).toMatchObject({
      quoteAmountFixed: null,
      quoteAmountPctBalance: null,
      vaultId: null,
    });
  });

  it('asks for a percentage only while its rule is switched on', () => {
    expect(FIELD_RULES.slPct('', { ...NEW_PARAMETER, slEnabled: true })).toEqual(['required']);
    expect(FIELD_RULES.slPct('', NEW_PARAMETER)).toBeUndefined();
  });

  it('reads a symbol however it is spaced and cased', () => {
    expect(isSymbol(' btc / usdt ')).toBe(true);
    expect(inputOf({ ...NEW_PARAMETER, symbol: ' btc / usdt ' }).symbol).toBe('BTC/USDT');
    expect(isSymbol('BTCUSDT')).toBe(false);
  });

  it('notices a target below the minimum profit', () => {
    expect(neverSells({ tpEnabled: true, tpPct: '2', minProfitPct: '3' })).toBe(true);
    expect(neverSells({ tpEnabled: true, tpPct: '10', minProfitPct: '9' })).toBe(false);
    expect(neverSells({ tpEnabled: false, tpPct: '2', minProfitPct: '3' })).toBe(false);
  });
});
