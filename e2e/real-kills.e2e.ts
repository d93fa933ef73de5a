import { expect, it } from 'vitest';
import { QUICK } from '../chaos/guarantee.js';
import { killAtEveryPoint } from '../chaos/r2-kills.js';
import { checkOrders } from '../chaos/r9-valid-orders.js';

// A short form of `npm run chaos`.
it('a REAL account over a socket: killed at each of the points K1 to K7, nothing is lost or doubled', async () => {
  const rows = await killAtEveryPoint({ ...QUICK, kills: 7 });
  expect(rows.filter(({ holds }) => !holds)).toEqual([]);
}, 240_000);

it('generated orders pass a checker of the filters that shares no arithmetic with ours', () => {
  expect(checkOrders({ ...QUICK, orders: 3_000 }).filter(({ holds }) => !holds)).toEqual([]);
});
