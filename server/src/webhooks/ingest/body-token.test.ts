import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  hashToken,
  hiderOf,
  redactForm,
  redactJson,
  redactPayload,
  redactText,
  verifyBodyToken,
} from './body-token.js';

const token = `tok_${'a1B2'.repeat(10)}xyz`;
const hash = hashToken(token);

describe('the token in the body', () => {
  it.each([{ secret: token }, { token }, { Token: token }, { secret: 'old', token }])(
    'is accepted as %j',
    (payload) => {
      expect(verifyBodyToken(JSON.stringify(payload), hash)).toBeNull();
    },
  );
  it.each([
    `ticker=BTCUSDT&action=buy&token=${token}`,
    `ticker: BTCUSDT\naction: buy\nsecret: ${token}`,
    `SYMBOL=BTCUSDT;SIGNAL=BUY;TOKEN=${token}`,
    `payload=${encodeURIComponent(JSON.stringify({ ticker: 'BTCUSDT', action: 'buy', token }))}`,
    JSON.stringify(JSON.stringify({ token })),
  ])('is found where a signal is: %s', (body) => {
    expect(verifyBodyToken(body, hash)).toBeNull();
    expect(verifyBodyToken(body, hashToken('another'))?.code).toBe('TOKEN_INVALID');
  });
  it.each([
    ['', 'TOKEN_MISSING'],
    [null, 'TOKEN_MISSING'],
    ['text', 'TOKEN_MISSING'],
    [[{ token }], 'TOKEN_MISSING'],
    [{ data: { token } }, 'TOKEN_MISSING'],
    [{ token: 7 }, 'TOKEN_INVALID'],
    [{ token: [token] }, 'TOKEN_INVALID'],
    [{ token, Token: 7 }, 'TOKEN_INVALID'],
    [{ token: '' }, 'TOKEN_INVALID'],
    [{ token: `${token} ` }, 'TOKEN_INVALID'],
    [{ token: hash }, 'TOKEN_INVALID'],
  ])('%j is answered with %s', (payload, code) => {
    expect(verifyBodyToken(JSON.stringify(payload), hash)?.code).toBe(code);
  });
});

describe('the stored form of a body', () => {
  it('never contains the token, wherever it is and however deep', () => {
    const place = fc.constantFrom('secret', 'token', 'SECRET', ' Token ');
    const tree = fc.letrec<{ node: unknown }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constant<unknown>(`it is ${token}!`),
        fc.integer(),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(place, fc.constantFrom('a', token, 'message')), tie('node'), { maxKeys: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(tree, (payload) => {
        const kept = redactPayload({ payload, token });
        expect(JSON.stringify(kept?.payload)).not.toContain(token);
        const asItCame = redactJson(JSON.stringify({ payload, token }), kept?.payload);
        expect(asItCame).not.toContain(token);
        expect(JSON.parse(asItCame)).toEqual(kept?.payload);
      }),
    );
  });
  it.each([
    [
      '{ "side": "buy", "side": "sell", "secret": "hunter22" }',
      '{ "side": "buy", "side": "sell", "secret": "[hidden]" }',
    ],
    ['{"token":12345,"note":"12345","side":"buy"}', '{"token":"[hidden]","note":"[hidden]","side":"buy"}'],
    [
      '{"secret":"hunter22","secret":"second22","a":"second22"}',
      '{"secret":"[hidden]","secret":"[hidden]","a":"[hidden]"}',
    ],
    ['{"note":"token=abcd","note":"x"}', '{"note":"x"}'],
    ['{"secret":"a\\/bcd","note":"a/bcd"}', '{"secret":"[hidden]","note":"[hidden]"}'],
    ['{"secret":{"a":1},"side":"buy"}', '{"secret":"[hidden]","side":"buy"}'],
  ])('keeps the JSON %s as %s', (text, kept) => {
    expect(redactJson(text, redactPayload(JSON.parse(text))?.payload)).toBe(kept);
  });
  it.each([
    ['action=buy&secret=hunt%2Fer&note=hunt/er', 'action=buy&secret=[hidden]&note=[hidden]'],
    ['Token=a=b&side=sell', 'Token=[hidden]&side=sell'],
    ['side=sell', null],
    ['token=hunter22 buy&more', null],
  ])('keeps the form %s as %s', (text, kept) => {
    expect(redactForm(text)).toBe(kept);
  });
  it('hides a chosen secret and its repeats, and leaves the rest as it was', () => {
    const kept = redactPayload({
      secret: 'hunter22',
      message: 'buy with hunter22',
      list: [{ Token: 'x', price: 1.5 }],
    });
    expect(kept?.payload).toEqual({
      secret: '[hidden]',
      message: 'buy with [hidden]',
      list: [{ Token: '[hidden]', price: 1.5 }],
    });
    expect(kept?.hide('hunter22 again')).toBe('[hidden] again');
  });
  it.each([
    ...[
      'password',
      'Password',
      'passwd',
      'pwd',
      'pass',
      'passphrase',
      'api_passphrase',
      'apikey',
      'apiKey',
      'API-KEY',
      'api_key',
    ],
    ...[
      'x-api-key',
      'apiSecret',
      'client_secret',
      'secretKey',
      'privateKey',
      'access_token',
      'accessToken',
      'bot_token',
      'jwt',
    ],
    ...[
      'Authorization',
      'auth',
      'senha',
      'credentials',
      'webhookSecret',
      'otp',
      'bearer',
      'auth_key',
      'seed phrase',
      'mnemonic',
    ],
  ])('hides what stands under %s: in JSON, nested, in a form, in lines and in broken JSON, and its repeats', (name) => {
    const value = 'hunter2-canary';
    const payload = { deep: [{ [name]: value }], note: `it is ${value}`, id: value };
    expect(JSON.stringify(redactPayload(payload)?.payload)).not.toContain(value);
    expect(JSON.stringify(redactPayload({ [name]: { a: [value] }, id: value })?.payload)).not.toContain(value);
    expect(redactJson(JSON.stringify(payload), redactPayload(payload)?.payload)).not.toContain(value);
    const form = `symbol=BTCUSDT&${encodeURIComponent(name)}=${value}&id=${value}`;
    expect(redactForm(form)).not.toContain(value);
    for (const text of [
      `BTCUSDT buy\n${name}: ${value}`,
      `${name}=${value} id ${value}`,
      `{"${name}": "${value}", "id": "${value}",}`,
    ]) {
      expect(hiderOf(text)(text)).not.toContain(value);
    }
  });
  it('hides the credentials behind the word of their scheme', () => {
    const text = 'Authorization: Bearer hunter2-canary buy';
    expect(hiderOf(text)(text)).toBe('Authorization: Bearer [hidden] buy');
  });
  it.each(['symbol', 'key', 'tokenSymbol', 'baseAsset', 'price', 'passed', 'action', 'keyword', 'comment', 'author'])(
    'keeps what stands under %s',
    (name) => {
      expect(redactPayload({ [name]: 'SOL/USDT' })?.payload).toEqual({ [name]: 'SOL/USDT' });
    },
  );
  it('is null when the database could not store it', () => {
    let deep: unknown = 1;
    for (let level = 0; level < 40; level++) deep = [deep];
    expect(redactPayload(deep)).toBeNull();
    expect(redactPayload(JSON.parse('['.repeat(30_000) + ']'.repeat(30_000)))).toBeNull();
    expect(redactPayload({ half: '\ud800' })?.payload).toEqual({ half: '\ufffd' });
  });
  it.each([
    [`{"secret":"hunter22","price":{{close}}}`, `{"secret":[hidden],"price":{{close}}}`],
    [`{"token" : "a\\"b c", "x":1`, `{"token" : [hidden], "x":1`],
    [`token=hunter22 buy`, `token=[hidden] buy`],
    [`Secret: 'hunter 22' buy`, `Secret: [hidden] buy`],
    [`BTCUSDT buy ${token}`, 'BTCUSDT buy [hidden]'],
    ['BTCUSDT buy, no tokens here', 'BTCUSDT buy, no tokens here'],
  ])('turns the text %s into %s', (text, kept) => {
    expect(redactText(text)).toBe(kept);
  });
  it('hides a token that is percent-encoded, and what quotes it', () => {
    const body = `payload=${encodeURIComponent('{"secret":"hunter 22","action":"buy"}')}`;
    expect(hiderOf(body)(body)).not.toContain('hunter');
    expect(hiderOf('{"token":"hunter22",}')('found "hunter22"')).toBe('found "[hidden]"');
  });
  it('is fast for 64 KiB of difficult input', () => {
    for (const unit of [
      'token',
      'token:',
      'token"',
      'token="',
      'secret: \\',
      'tok_',
      'whsec_',
      '"',
      'a',
      'api_key',
      'password',
      'a-',
      'auth: bearer ',
      '_',
    ]) {
      expect(typeof redactText(unit.repeat(65_536 / unit.length))).toBe('string');
    }
  });
});
