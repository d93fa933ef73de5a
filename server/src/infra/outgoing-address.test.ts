import net from 'node:net';
import { expect, it } from 'vitest';
import {
  checkOutgoingUrl,
  isPublicAddress,
  PrivateAddressError,
  PROXY_SCHEMES,
  publicLookup,
} from './outgoing-address.js';

const check = (text: string, allowPrivate = false) => {
  const result = checkOutgoingUrl(text, { schemes: PROXY_SCHEMES, allowPrivate });
  return 'fault' in result ? result.fault : 'ok';
};

const PRIVATE_HOSTS = [
  ...['127.0.0.1', '127.1', '127.0.0.53', '0.0.0.0', '0', '10.0.0.1', '10.255.255.255', '172.16.0.1', '172.31.255.255'],
  ...['192.168.0.1', '192.168.1.254', '169.254.169.254', '100.64.0.1', '100.127.255.254', '192.0.0.1', '192.0.2.1'],
  ...['198.18.0.1', '198.51.100.7', '203.0.113.9', '224.0.0.1', '239.255.255.250', '240.0.0.1', '255.255.255.255'],
  // other spellings of 127.0.0.1, 10.0.0.1 and 169.254.169.254
  ...[
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '0x7f.0x0.0x0.0x1',
    '167772161',
    '0xa9fea9fe',
  ],
  ...['0251.0376.0251.0376', '169.254.43518', '127.0.0.1.', '①②⑦.⓪.⓪.①'],
  ...['[::1]', '[::]', '[0:0:0:0:0:0:0:1]', '[fe80::1]', '[fc00::1]', '[fd12:3456:789a::1]', '[ff02::1]', '[fec0::1]'],
  ...[
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    '[::127.0.0.1]',
    '[::10.0.0.1]',
    '[64:ff9b::7f00:1]',
  ],
  ...['[64:ff9b:1::1]', '[2002:7f00:1::]', '[2001:0:7f00:1::]', '[100::1]', '[2001:db8::1]', '[3fff::1]', '[5f00::1]'],
  ...['[::ffff:0:127.0.0.1]', '[4000::1]'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'router.local', 'db.internal', 'metadata.google.internal'],
  ...['nas.lan', 'nas.home.arpa', 'redis', 'mariadb', 'intranet', 'host.localdomain', 'ldap.corp', 'x.home'],
];

it('no spelling of a private address passes, under any scheme of a proxy', () => {
  expect(PRIVATE_HOSTS.length).toBeGreaterThanOrEqual(70);
  const passed = PRIVATE_HOSTS.flatMap((host) =>
    PROXY_SCHEMES.filter((scheme) => check(`${scheme}//user:pass@${host}:1080`) === 'ok').map(
      (scheme) => scheme + host,
    ),
  );
  expect(passed).toEqual([]);
});

it('an invalid proxy address is distinguished from a private one', () => {
  for (const text of [
    '',
    'proxy',
    'file:///etc/passwd',
    'gopher://8.8.8.8:70',
    'http://',
    'ftp://8.8.8.8',
    'socks5://',
    '//8.8.8.8',
  ])
    expect(check(text), text).toBe('INVALID_ADDRESS');
});

it('public addresses and names pass, private ones where the operator allows them', () => {
  for (const host of ['8.8.8.8', '1.1.1.1', '[2606:4700:4700::1111]', 'proxy.example.com', 'xn--bcher-kva.example'])
    for (const scheme of PROXY_SCHEMES) expect(check(`${scheme}//u:p@${host}:1080`), scheme + host).toBe('ok');
  expect(check('socks5://127.0.0.1:1080', true)).toBe('ok');
  expect(check('file:///etc/passwd', true)).toBe('INVALID_ADDRESS');
});

it('the address is checked again at connection time, by what the name resolves to', async () => {
  const lookup = (all: boolean) =>
    new Promise((resolve) => publicLookup('localhost', { all }, (error, address) => resolve(error ?? address)));
  expect(await lookup(false)).toBeInstanceOf(PrivateAddressError);
  expect(await lookup(true)).toBeInstanceOf(PrivateAddressError);
  const socket = net.connect({ host: 'localhost', port: 9, lookup: publicLookup });
  const fault = await new Promise((resolve) => socket.once('error', resolve));
  expect(fault).toBeInstanceOf(PrivateAddressError);
  // Spellings that only the resolver understands get the same result.
  const odd = net.connect({ host: '2130706433', port: 9, lookup: publicLookup });
  expect(await new Promise((resolve) => odd.once('error', resolve))).toBeInstanceOf(PrivateAddressError);
});

it('only addresses are addresses', () => {
  expect(isPublicAddress('8.8.8.8')).toBe(true);
  expect(isPublicAddress('example.com')).toBe(false);
  expect(isPublicAddress('fe80::1%eth0')).toBe(false);
});
