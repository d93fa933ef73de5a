import { describe, expect, it } from 'vitest';
import { readSignal } from './read-signal.js';

describe('a picture in a field', () => {
  it.each([
    ['a crossed-out action', { action: '❌ buy' }],
    ['a crossed-out side', { action: 'buy', side: '❌ long' }],
    ['a crossed-out position', { action: 'buy', market_position: '❌ long' }],
    ['a crossed-out text', { action: 'buy', text: '❌ long' }],
    ['a forbidden signal', { action: 'buy', signal: '🚫buy' }],
    ['a thumb down', { action: 'buy', text: 'long 👎' }],
    ['a stop sign', { action: 'buy', comment: '🛑 long' }],
    ['a cross that is a letter', { action: '✗ buy' }],
  ])('that speaks against the order stops it: %s', (_what, fields) => {
    expect(readSignal({ text: JSON.stringify({ symbol: 'BTCUSDT', ...fields }) }).action).toBe('UNKNOWN');
  });

  it.each([{ action: '🟢 buy' }, { action: 'buy 🚀' }, { action: 'buy', side: '📈 long' }, { action: '✅', text: '' }])(
    'that decorates changes nothing: %j',
    (fields) => {
      const buys = 'action' in fields && fields.action !== '✅';
      expect(readSignal({ text: JSON.stringify({ symbol: 'BTCUSDT', ...fields }) }).action).toBe(
        buys ? 'BUY_SIGNAL' : 'UNKNOWN',
      );
    },
  );
});
