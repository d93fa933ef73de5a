// Buys by hand, follows the fill across any cut, and closes. MVCASH_TOKEN needs the scopes READ and TRADE; MVCASH_ACCOUNT
// is the id of the account that buys. Run it with tsx in this repository, or with the package client/.
import { randomUUID } from 'node:crypto';
import * as mvcash from '@mvcashnode/client';

const {
  MVCASH_URL: url = 'http://localhost:4000',
  MVCASH_TOKEN: token = '',
  MVCASH_ACCOUNT: accountId = '',
} = process.env;
const api = mvcash.createClient({ url, token });

/** Waits for the end of a job. Returns the id of the position that it opened, if it is a buy. */
async function untilFilled(jobId: string | undefined, after: string): Promise<string> {
  const onCut = () => console.log('cut, resuming');
  for await (const { job } of api.watch(mvcash.JobChanged, { filter: { accountId } }, { after, onCut })) {
    if (job.id !== jobId) continue;
    console.log(`job ${job.id} ${job.side} ${job.symbol} ${job.status}`);
    if (job.status === 'FILLED') return job.position?.id ?? '';
    if (['FAILED', 'SKIPPED', 'CANCELED'].includes(job.status)) throw new Error(job.reasonMessage ?? job.status);
  }
  throw new Error('The subscription has ended.');
}

const { liveCursor } = await api.run(mvcash.LiveCursor);
const input = { accountId, symbol: 'BTC/USDT', orderType: 'MARKET', quoteAmount: '50' } as const;
const { price, quantity } = mvcash.accepted((await api.run(mvcash.PreviewOrder, { input })).previewOrder);
const order = { ...input, expected: { price, quantity }, idempotencyKey: randomUUID() };
const bought = mvcash.accepted((await api.run(mvcash.PlaceOrder, { input: order })).placeOrder);
const positionId = await untilFilled(bought.job?.id, liveCursor);
const close = { positionId, idempotencyKey: randomUUID() };
const closed = mvcash.accepted((await api.run(mvcash.ClosePosition, { input: close })).closePosition);
await untilFilled(closed.job?.id, liveCursor);
console.log(`closed ${positionId}`);
