import { describe, expect, it } from 'vitest';
import { clientAddress, isIpAllowed, parseIpRule, TRADINGVIEW_IPS } from './ip-rules.js';

describe('the list of allowed addresses', () => {
  it.each([
    ['203.0.113.7', ['203.0.113.7']],
    ['203.0.113.7', ['203.0.113.0/24']],
    ['203.0.113.7', ['0.0.0.0/0']],
    ['203.0.113.7', ['::ffff:203.0.113.7']],
    ['203.0.113.7', ['::ffff:203.0.113.0/120']],
    ['::ffff:203.0.113.7', ['203.0.113.7']],
    ['::ffff:cb00:7107', ['203.0.113.0/24']],
    ['2001:db8::1', ['2001:DB8:0:0::1']],
    ['2001:db8::1', ['2001:db8::/32']],
    ['2001:db8::1', ['nonsense', '2001:db8::/32']],
    ['203.0.113.7', []],
    ['203.0.113.7', null],
    [null, []],
    ['52.89.214.238', TRADINGVIEW_IPS],
  ])('lets %s in by %j', (ip, list) => {
    expect(isIpAllowed(ip, list)).toBe(true);
  });
  it.each([
    ['203.0.113.8', ['203.0.113.7']],
    ['203.0.114.7', ['203.0.113.0/24']],
    ['2001:db8::1', ['0.0.0.0/0']],
    ['203.0.113.7', ['::/0']],
    ['203.0.113.7', ['203.0.113']],
    ['203.0.113.7', ['203.0.113.007']],
    ['203.0.113.7', ['203.0.113.7/33']],
    ['203.0.113.7', ['203.0.113.7/-1']],
    ['203.0.113.7', ['203.0.113.7/']],
    ['203.0.113.7', ['203.0.113.7/24/24']],
    ['203.0.113.7', ['*']],
    ['203.0.113.7', ['']],
    ['203.0.113.7', [null]],
    ['203.0.113.7', [42]],
    ['203.0.113.7', 'any'],
    ['203.0.113.7', {}],
    ['203.0.113.7', true],
    [null, ['0.0.0.0/0']],
    ['unknown', ['0.0.0.0/0']],
  ])('keeps %s out by %j', (ip, list) => {
    expect(isIpAllowed(ip, list)).toBe(false);
  });
  it('does not take octal or short addresses', () => {
    for (const text of ['010.0.0.1', '10.1', '0x0a000001', '167772161', '10.0.0.1 ,', 'fe80::1%eth0'])
      expect(parseIpRule(text)).toBeNull();
  });
});

describe('who sent a request', () => {
  const direct = '198.51.100.9';
  const proxy = '10.0.0.1';
  const trusted = ['10.0.0.0/8', '2001:db8:ffff::/48'];
  const victim = '52.89.214.238';

  it.each([
    [victim],
    [`${victim}, 10.0.0.1`],
    [`10.0.0.1, ${victim}`],
    [`[::ffff:${victim}]`],
    [`${victim}:80`],
    ['unknown'],
    [''],
    [',,,'],
    ['127.0.0.1'],
    ['::1'],
  ])('is the peer itself when no proxy is trusted, although it says "%s"', (header) => {
    expect(clientAddress(direct, header, [])).toBe(direct);
    expect(clientAddress(direct, header, trusted)).toBe(direct);
    expect(clientAddress(`::ffff:${direct}`, header, trusted)).toBe(direct);
  });

  it.each([
    // The client's own header values are to the left of what the proxy added. Only the right end counts.
    [`${victim}, ${direct}`, direct],
    [`${victim},${direct}`, direct],
    [`${victim}, ${victim}, ${direct}`, direct],
    [`${victim}, ${direct}, 10.0.0.2`, direct],
    [`${victim}, ${direct}, 10.0.0.3, 10.0.0.2`, direct],
    [`${victim}, ${direct}, ::ffff:10.0.0.2`, direct],
    [`${victim}, ${direct}, 2001:db8:ffff::5`, direct],
    [`${victim}, 2001:db8:1::5, 10.0.0.2`, '2001:db8:1::5'],
    [`10.0.0.9, ${direct}`, direct],
    [`127.0.0.1, ${direct}`, direct],
    [`unknown, ${direct}`, direct],
    [`, ${direct}`, direct],
    [`${victim}\t,\t${direct}`, direct],
    [`${victim}, ${direct}:54321`, direct],
    [`${victim}, [2001:db8:1::5]:443`, '2001:db8:1::5'],
    [`${victim}, ::ffff:${direct}`, direct],
    [`for=${victim}, ${direct}`, direct],
    // No trustworthy address: on no list.
    [`${victim}, unknown`, null],
    [`${victim}, `, null],
    [`${victim},,10.0.0.2`, null],
    [`${victim}, 10.0.0.2, _hidden`, null],
    [`${victim} ${direct}`, null],
    [`${victim};${direct}`, null],
    ['052.089.214.238', null],
    ['0x3459d6ee', null],
    ['<script>', null],
    // Only proxies: the outermost of them counts.
    ['10.0.0.3, 10.0.0.2', '10.0.0.3'],
    [undefined, proxy],
    ['', proxy],
  ])('behind a trusted proxy, with "%s", is %s', (header, client) => {
    expect(clientAddress(proxy, header, trusted)).toBe(client);
  });

  it('reads several headers as one list', () => {
    expect(clientAddress(proxy, [victim, direct], trusted)).toBe(direct);
  });
  it('is unknown without a peer', () => {
    expect(clientAddress(undefined, victim, trusted)).toBeNull();
  });
  it('trusts no address because of a malformed entry', () => {
    expect(clientAddress(direct, victim, ['198.51.100', '*', '198.51.100.9/99'])).toBe(direct);
  });
});
