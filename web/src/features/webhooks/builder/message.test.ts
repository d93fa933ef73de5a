import { describe, expect, it } from 'vitest';
import { alertText, FIRST_CHOICES, fitting, messageParts, type Choices } from './message';
import { pineScript } from './scripts';

// What the server reads in all of them is tested in e2e/message-builder.e2e.ts, beside its reader.

const text = (change: Partial<Choices>, hasBodyToken = false) =>
  alertText(messageParts(fitting({ ...FIRST_CHOICES, ...change }, hasBodyToken), { hasBodyToken }));

describe('a built message', () => {
  it('of a strategy tells its order and its position, in the placeholders of TradingView', () => {
    expect(JSON.parse(text({}))).toEqual({
      ticker: '{{ticker}}',
      action: '{{strategy.order.action}}',
      market_position: '{{strategy.market_position}}',
      prev_market_position: '{{strategy.prev_market_position}}',
      price: '{{close}}',
      timeframe: '{{interval}}',
      time: '{{timenow}}',
    });
  });

  it('has only what was chosen', () => {
    const chosen = { action: 'SELL', symbol: 'ETH/USDT', price: 'NONE', timeframe: false } as const;
    expect(JSON.parse(text({ ...chosen, identity: 'NUMBER', number: '3', maxLagSec: '60' }))).toEqual({
      ...{ ticker: 'ETH/USDT', action: 'sell', id: 'alert-3', time: '{{timenow}}', max_lag: 60 },
    });
  });

  it('names the place of the token only for a source that has one, and is JSON then', () => {
    expect(JSON.parse(text({ action: 'BUY', format: 'TEXT' }, true))).toMatchObject({ token: 'PASTE_THE_BODY_TOKEN' });
    expect(text({ action: 'BUY' })).not.toContain('token');
  });

  it('as a text has the words of its sender', () => {
    expect(text({ action: 'BUY', format: 'TEXT', words: 'Caça Fundo' })).toBe(
      '{{ticker}} Caça Fundo Price ({{close}}) {{timenow}}',
    );
  });

  it('has no maximum age without a time, which could not be checked', () => {
    expect(text({ identity: 'BODY', maxLagSec: '60' })).not.toMatch(/max_lag|time"/);
  });
});

it('a Pine strategy sends a message for its entry and one for its exit', () => {
  const code = pineScript(FIRST_CHOICES, (one) => messageParts(one, { hasBodyToken: false }));
  expect(code).toContain('//@version=6');
  expect(code).toMatch(/strategy\.entry\(.*"action":"buy"/);
  expect(code).toMatch(/strategy\.close\(.*"action":"sell"/);
});
