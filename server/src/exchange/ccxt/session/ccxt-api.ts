import type { CcxtClient } from './close-sockets.js';
import type { CcxtMarket, JsonObject } from '../dialects/dialect.js';
import type { createFetch } from './wire.js';

/** An order of ccxt. With `number: String`, its amounts are texts. */
export interface CcxtOrder {
  id?: string;
  clientOrderId?: string;
  status?: string;
  symbol?: string;
  side?: string;
  type?: string;
  price?: string;
  amount?: string;
  filled?: string;
  cost?: string;
  timestamp?: number;
  trades?: CcxtTrade[];
  info?: unknown;
}
interface CcxtFee {
  cost?: string;
  currency?: string;
}
export interface CcxtTrade {
  id?: string;
  order?: string;
  symbol?: string;
  side?: string;
  amount?: string;
  price?: string;
  timestamp?: number;
  fee?: CcxtFee;
  fees?: CcxtFee[];
}
export interface CcxtBalance {
  free: Record<string, string | undefined>;
  used: Record<string, string | undefined>;
  total: Record<string, string | undefined>;
}

/** A websocket of ccxt. */
export interface CcxtSocket extends CcxtClient {
  send(message: JsonObject): Promise<unknown>;
  future(messageHash: string): Promise<unknown>;
}

/** The parts of a ccxt exchange that we use, opened for an account. */
export interface CcxtApi {
  urls: { api: unknown; [name: string]: unknown };
  hostname?: string;
  has: Record<string, unknown>;
  options: Record<string, unknown>;
  timeout: number;
  markets?: Record<string, CcxtMarket>;
  fetchImplementation: ReturnType<typeof createFetch>;
  log(...words: unknown[]): void;
  milliseconds(): number;
  seconds(): number;
  microseconds(): number;
  nonce(): number;
  isJsonEncodedObject(text: string): boolean;
  parseJson(text: string): unknown;
  setSandboxMode(on: boolean): void;
  setMarketsFromExchange(source: object): unknown;
  loadMarkets(reload?: boolean, params?: JsonObject): Promise<Record<string, CcxtMarket>>;
  fetchTime(): Promise<number | undefined>;
  fetchBalance(params?: JsonObject): Promise<CcxtBalance>;
  fetchTicker(symbol: string): Promise<{ last?: string; bid?: string; ask?: string }>;
  fetchOpenOrders(symbol?: string, since?: number, limit?: number, params?: JsonObject): Promise<CcxtOrder[]>;
  fetchMyTrades(symbol: string, since?: number, limit?: number, params?: JsonObject): Promise<CcxtTrade[]>;
  parseOrder(raw: JsonObject, market?: CcxtMarket): CcxtOrder;
  parseTrade(raw: JsonObject, market?: CcxtMarket): CcxtTrade;
  clients?: Record<string, CcxtSocket>;
  client(url: string): CcxtSocket;
  /** Connects and subscribes. Called once; `handleMessage` reads the messages. */
  watchOrders?(): Promise<unknown>;
  /** Its websockets call these. */
  handleMessage(client: CcxtSocket, message: unknown): void;
  onError(client: CcxtSocket, error: unknown): void;
  onClose(client: CcxtSocket, event: unknown): void;
  close(): Promise<unknown>;
}
