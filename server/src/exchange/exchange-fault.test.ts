import ccxt from 'ccxt';
import { expect, it } from 'vitest';
import { EXCHANGE_FAULTS, ExchangeFault, toExchangeFault } from './exchange-fault.js';
import { PrivateAddressError } from '../infra/outgoing-address.js';

const told = (error: unknown) => {
  const { code, exchangeCode } = toExchangeFault(error);
  return [code, exchangeCode];
};

it("an exchange's own code is more specific than ccxt's class", () => {
  const { AuthenticationError, ExchangeError, PermissionDenied } = ccxt;
  const cases: [Error, string, string | null][] = [
    [
      new AuthenticationError('binance {"code":-2015,"msg":"Invalid API-key, IP, or permissions for action."}'),
      'KEY_OR_ADDRESS_REFUSED',
      '-2015',
    ],
    [new AuthenticationError('binance {"code":-2014,"msg":"API-key format invalid."}'), 'KEY_REFUSED', '-2014'],
    [new AuthenticationError('bybit {"retCode":10010,"retMsg":"Unmatched IP"}'), 'ADDRESS_NOT_ALLOWED', '10010'],
    [new PermissionDenied('bybit {"retCode":10005,"retMsg":"Permission denied"}'), 'PERMISSION_MISSING', '10005'],
    [new ExchangeError('okx {"msg":"","code":"50110"}'), 'ADDRESS_NOT_ALLOWED', '50110'],
    [new ExchangeError('okx {"msg":"","code":"50105"}'), 'KEY_REFUSED', '50105'],
    [new ExchangeError('gate {"label":"IP_FORBIDDEN","message":"x"}'), 'ADDRESS_NOT_ALLOWED', 'IP_FORBIDDEN'],
    [
      new ExchangeError('kraken {"error":["EGeneral:Permission denied"]}'),
      'PERMISSION_MISSING',
      'EGeneral:Permission denied',
    ],
    [
      new ExchangeError('htx {"status":"error","err-code":"api-signature-not-valid"}'),
      'KEY_REFUSED',
      'api-signature-not-valid',
    ],
  ];
  for (const [error, code, own] of cases) expect(told(error), error.message).toEqual([code, own]);
});

it('without a known code the class decides, and network faults are distinguished from others', () => {
  const { AuthenticationError, DDoSProtection, ExchangeError, InvalidNonce, NetworkError, RequestTimeout } = ccxt;
  expect(told(new InvalidNonce('x'))).toEqual(['CLOCK_OFF', null]);
  expect(told(new AuthenticationError('x {"code":"999999"}'))).toEqual(['KEY_REFUSED', '999999']);
  expect(told(new DDoSProtection('x'))).toEqual(['RATE_LIMITED', null]);
  expect(told(new RequestTimeout('x'))).toEqual(['UNREACHABLE', null]);
  expect(told(new NetworkError('x'))).toEqual(['UNREACHABLE', null]);
  expect(told(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }))).toEqual(['UNREACHABLE', null]);
  expect(told(new PrivateAddressError())).toEqual(['PROXY_NOT_ALLOWED', null]);
  expect(told(new ExchangeError('x'))).toEqual(['OTHER', null]);
  expect(told('not even an error')).toEqual(['OTHER', null]);
  expect(told(new ExchangeFault('KEYS_MISSING'))).toEqual(['KEYS_MISSING', null]);
});

it('no text of an exchange is repeated, because it may contain the key', () => {
  const fault = toExchangeFault(
    new ccxt.AuthenticationError(
      'bybit {"retCode":10004,"retMsg":"error sign! origin_string[1700000000000canary-key5000]"}',
    ),
  );
  expect(JSON.stringify([fault.message, fault.stack, { ...fault }])).not.toContain('canary');
  expect(fault.message).toBe(EXCHANGE_FAULTS.KEY_REFUSED);
});
