import type { ExchangeName } from '../gql/generated';

/** The display names of the exchanges. */
export const EXCHANGE_NAMES: Record<ExchangeName, string> = {
  BINANCE_SPOT: 'Binance',
  BYBIT_SPOT: 'Bybit',
  OKX_SPOT: 'OKX',
  KUCOIN_SPOT: 'KuCoin',
  GATE_SPOT: 'Gate',
  KRAKEN_SPOT: 'Kraken',
  COINBASE_SPOT: 'Coinbase',
  BITGET_SPOT: 'Bitget',
  MEXC_SPOT: 'MEXC',
  HTX_SPOT: 'HTX',
};
