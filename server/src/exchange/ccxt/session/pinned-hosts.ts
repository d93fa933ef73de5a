import type { ExchangeName } from '../../../core/domain.js';

/**
 * The only hosts to which requests of an account go, by exchange: its spot market, its test network and their streams.
 * ccxt builds and signs the requests, so a changed ccxt could send orders and keys elsewhere; this list is ours.
 */
const PINNED_HOSTS: Record<ExchangeName, readonly string[]> = {
  BINANCE_SPOT: [
    ...['api.binance.com', 'stream.binance.com', 'ws-api.binance.com'],
    ...['testnet.binance.vision', 'stream.testnet.binance.vision', 'ws-api.testnet.binance.vision'],
  ],
  BYBIT_SPOT: ['api.bybit.com', 'stream.bybit.com', 'api-testnet.bybit.com', 'stream-testnet.bybit.com'],
  OKX_SPOT: ['www.okx.com', 'ws.okx.com', 'wspap.okx.com'],
  KUCOIN_SPOT: ['api.kucoin.com', 'x-push-spot.kucoin.com', 'wsapi-push.kucoin.com'],
  GATE_SPOT: ['api.gateio.ws', 'ws.gate.io', 'api-testnet.gateapi.io', 'ws-testnet.gate.com'],
  MEXC_SPOT: ['api.mexc.com', 'wbs-api.mexc.com'],
  KRAKEN_SPOT: ['api.kraken.com', 'ws.kraken.com', 'ws-auth.kraken.com'],
  COINBASE_SPOT: ['api.coinbase.com', 'advanced-trade-ws.coinbase.com'],
  HTX_SPOT: ['api.huobi.pro', 'api-aws.huobi.pro'],
  BITGET_SPOT: ['api.bitget.com', 'ws.bitget.com', 'wspap.bitget.com'],
};

/** A request to another host. It was not sent. The message has no path and no query, which may contain a key. */
export class HostNotPinned extends Error {
  constructor(exchange: ExchangeName, url: URL) {
    super(`${url.protocol}//${url.hostname} is not a host of ${exchange}. Nothing was sent.`);
    this.name = 'HostNotPinned';
  }
}

/**
 * Throws HostNotPinned unless an address is on a pinned host and encrypted. `origin` is a server that replaces the
 * exchange in tests: then only that one may be reached.
 */
export function checkHost(exchange: ExchangeName, address: string | URL, origin?: string): void {
  const url = new URL(address);
  const isOwn =
    origin === undefined
      ? ['https:', 'wss:'].includes(url.protocol) && PINNED_HOSTS[exchange].includes(url.hostname)
      : url.host === new URL(origin).host;
  if (!isOwn) throw new HostNotPinned(exchange, url);
}
