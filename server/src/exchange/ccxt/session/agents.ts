import http from 'node:http';
import https from 'node:https';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { SocksProxyAgent } from 'socks-proxy-agent';
import { checkOutgoingUrl, PROXY_SCHEMES, publicLookup } from '../../../infra/outgoing-address.js';
import { ExchangeFault } from '../../exchange-fault.js';

/** Keep-alive connections to one exchange, direct or through a proxy. */
export interface Agents {
  http: http.Agent;
  https: http.Agent;
  close(): void;
}

/** We close a connection that is idle for longer, before the exchange closes it during a request. */
const IDLE_MS = 20_000;
const KEPT = { keepAlive: true, timeout: IDLE_MS, scheduling: 'lifo', maxFreeSockets: 64 } as const;

/**
 * Throws ExchangeFault when the proxy is at a private address and those are not allowed. A name that resolves to one
 * fails when it is dialed.
 */
export function createAgents(proxyUrl: string | null, allowPrivate: boolean): Agents {
  const own = proxyUrl === null ? straight() : proxied(proxyUrl, allowPrivate);
  return {
    ...own,
    close() {
      own.http.destroy();
      own.https.destroy();
    },
  };
}

const straight = () => ({ http: new http.Agent(KEPT), https: new https.Agent(KEPT) });

function proxied(proxyUrl: string, allowPrivate: boolean) {
  const checked = checkOutgoingUrl(proxyUrl, { schemes: PROXY_SCHEMES, allowPrivate });
  if ('fault' in checked)
    throw new ExchangeFault(checked.fault === 'PRIVATE_ADDRESS' ? 'PROXY_NOT_ALLOWED' : 'PROXY_UNREACHABLE');
  const { url } = checked;
  const dialled = allowPrivate ? {} : { lookup: publicLookup };
  // The types of both packages omit the options that they pass to net.connect.
  const agent = url.protocol.startsWith('socks')
    ? new SocksProxyAgent(url, { ...KEPT, socketOptions: dialled as never })
    : new HttpsProxyAgent(url, { ...KEPT, ...dialled } as never);
  return { http: agent as http.Agent, https: agent as http.Agent };
}
