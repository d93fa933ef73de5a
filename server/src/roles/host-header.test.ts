import { expect, it } from 'vitest';
import { isServedHost } from './host-header.js';

const env = { PUBLIC_URL: 'https://trade.example.org', ALLOWED_HOSTS: ['trade.internal'] };

it.each([
  ...['trade.example.org', 'trade.example.org:8443', 'TRADE.example.org', 'trade.internal:4000', 'localhost:4000'],
  ...['127.0.0.1:4000', '192.168.1.5', '[::1]:4000', '[2001:db8::1]', 'trade.example.org.'],
])('%s is served', (host) => {
  expect(isServedHost(host, env)).toBe(true);
});

it.each([
  ...[
    undefined,
    '',
    'evil.example',
    'trade.example.org.evil.example',
    'evil-trade.example.org',
    'sub.trade.example.org',
  ],
  ...[
    'trade.example.org:99999999',
    'trade.example.org@evil.example',
    'localhost.evil.example',
    'a b',
    '[::1',
    '127.0.0.1.evil.example',
  ],
  ...['trade.example.org, evil.example', 'evil.example:4000', 'x\r\ny'],
])('%s is not served', (host) => {
  expect(isServedHost(host, env)).toBe(false);
});
