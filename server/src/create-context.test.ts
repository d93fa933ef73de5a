import { describe, expect, it } from 'vitest';
import { createContext } from './create-context.js';
import { EnvError, loadEnv } from './env.js';

describe('A process', () => {
  it('does not start with a recording that cannot be played', async () => {
    const env = loadEnv({
      ...{ DATABASE_URL: 'mysql://u:p@127.0.0.1:1/none', REDIS_URL: 'redis://127.0.0.1:1' },
      ...{ SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`, LOG_LEVEL: 'silent' },
      ...{ PRICE_FEED: 'replay', REPLAY_FILE: '/nowhere/recording.csv' },
    });
    const starting = createContext(env);
    await expect(starting).rejects.toThrow(EnvError);
    await expect(starting).rejects.toThrow('REPLAY_FILE cannot be played: /nowhere/recording.csv');
  });
});
