// An open-loop sender: signals are sent at their planned times even if earlier ones are not answered, so a
// slow server causes latency and not a lower rate.
import { createHmac } from 'node:crypto';
import http from 'node:http';
import { nowMs } from './child.js';

export interface RequestSample {
  id: string;
  /** The planned time of sending, from which every latency is measured. */
  at: number;
  answeredAt: number;
  status: number;
}

export interface Target {
  /** The address for signal number i. */
  urlFor(index: number): string;
  secretFor(index: number): string;
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

/** The body of every signal: 200 bytes, like a TradingView alert with an id. */
export const bodyOf = (id: string): string =>
  JSON.stringify({
    id,
    ticker: 'BINANCE:BTCUSDT',
    action: 'buy',
    price: '100',
    timeframe: '15',
    comment: 'bench '.padEnd(90, '.'),
  });

export function post(url: string, body: string, secret: string): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'x-signature': `sha256=${signature}`,
        },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Sends `count` signals at `perSecond` and returns one shot for each, in order. A rate of Infinity is a burst. */
export async function fire(
  target: Target,
  { prefix, count, perSecond }: { prefix: string; count: number; perSecond: number },
): Promise<RequestSample[]> {
  const start = nowMs() + 20;
  const samples: Promise<RequestSample>[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + (index * 1000) / perSecond;
    const wait = at - nowMs();
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait));
    const id = `${prefix}-${index}`;
    samples.push(
      post(target.urlFor(index), bodyOf(id), target.secretFor(index)).then(
        (status) => ({ id, at, answeredAt: nowMs(), status }),
        () => ({ id, at, answeredAt: nowMs(), status: 0 }),
      ),
    );
  }
  return Promise.all(samples);
}

/** Sends `count` signals as fast as they are answered, `inFlight` at a time, to measure the total throughput. */
export async function flood(
  target: Target,
  { prefix, count, inFlight }: { prefix: string; count: number; inFlight: number },
): Promise<RequestSample[]> {
  const samples: RequestSample[] = [];
  let next = 0;
  const sendOn = async (): Promise<void> => {
    while (next < count) {
      const index = next++;
      const id = `${prefix}-${index}`;
      const at = nowMs();
      const status = await post(target.urlFor(index), bodyOf(id), target.secretFor(index)).catch(() => 0);
      samples.push({ id, at, answeredAt: nowMs(), status });
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sendOn));
  return samples;
}

export const percentile = (values: readonly number[], share: number): number => {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] as number;
};
