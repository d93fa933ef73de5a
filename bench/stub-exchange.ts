// The exchange of the benchmarks: a real HTTP server in its own process that checks a signature and answers
// every order as filled at once, and records when each arrived. It does nothing else, so that the benchmarks
// measure the program and not the exchange.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent, nowMs } from './child.js';
import { STUB_SECRET } from './secrets.js';

let arrivals: [id: string, at: number][] = [];

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const at = nowMs();
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? '/', 'http://stub');
    // ccxt signs the query string of a Binance order and sends it as the form body.
    const form = new URLSearchParams(body || url.search.slice(1));
    const signed = (body || url.search.slice(1)).replace(/&?signature=[0-9a-f]+$/, '');
    const signature = form.get('signature');
    if (signature !== createHmac('sha256', STUB_SECRET).update(signed).digest('hex')) {
      response.writeHead(401).end('{"code":-1022,"msg":"Signature for this request is not valid."}');
      return;
    }
    const id = form.get('newClientOrderId') ?? '';
    arrivals.push([id, at]);
    const quantity = form.get('quantity') ?? '1';
    const price = '100';
    const quote = (Number(quantity) * 100).toFixed(8);
    response.writeHead(200, { 'content-type': 'application/json' }).end(
      JSON.stringify({
        symbol: form.get('symbol'),
        orderId: arrivals.length,
        clientOrderId: id,
        transactTime: Math.floor(at),
        price: '0',
        origQty: quantity,
        executedQty: quantity,
        cummulativeQuoteQty: quote,
        status: 'FILLED',
        timeInForce: 'GTC',
        type: 'MARKET',
        side: form.get('side'),
        fills: [{ price, qty: quantity, commission: '0', commissionAsset: 'BNB', tradeId: arrivals.length }],
      }),
    );
  });
});

answerParent({
  arrivals: () => {
    const taken = arrivals;
    arrivals = [];
    return taken;
  },
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  process.send?.({ type: 'ready', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }),
);
