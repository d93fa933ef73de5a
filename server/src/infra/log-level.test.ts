import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestRedis } from '../testing/services/test-redis.js';
import { eventually } from '../testing/eventually.js';
import { createLogger } from './log.js';
import { followLogLevel, setLogLevel, shareLogLevel } from './log-level.js';
import type { RedisLink } from './redis/redis.js';
import { requestScope } from './request-scope.js';

let redis: RedisLink;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis.close());

const newLog = () => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', pretty: false, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
};

it('a change of the level reaches the other processes, and each writes it down', async () => {
  const [ours, theirs] = [newLog(), newLog()];
  const end = followLogLevel({ redis, log: theirs.log }, 'info');
  await eventually(async () => {
    expect(await shareLogLevel({ redis, log: ours.log }, 'debug')).toBe(true);
    expect(theirs.log.level).toBe('debug');
  });
  theirs.log.debug('seen now');
  expect(theirs.lines.join('')).toContain('"before":"info"');
  expect(theirs.lines.join('')).toContain('seen now');
  end();
});

it('without Redis only the process itself changes, and says so', async () => {
  const { log } = newLog();
  const away = { ...redis, answers: () => false };
  expect(await shareLogLevel({ redis: away, log }, 'warn')).toBe(false);
  expect(log.level).toBe('warn');
});

it('SIGUSR2 switches to debug and back', async () => {
  const { log } = newLog();
  const end = followLogLevel({ redis, log }, 'warn');
  setLogLevel({ log }, 'warn');
  process.emit('SIGUSR2', 'SIGUSR2');
  await eventually(() => expect(log.level).toBe('debug'));
  process.emit('SIGUSR2', 'SIGUSR2');
  await eventually(() => expect(log.level).toBe('warn'));
  end();
});

it('every line of a GraphQL request has its request id and its trace', () => {
  const { log, lines } = newLog();
  requestScope.run({ requestId: 'r1', traceId: 't1' }, () => log.info('inside'));
  log.info('outside');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ requestId: 'r1', traceId: 't1', msg: 'inside' });
  expect(JSON.parse(lines[1] ?? '')).not.toHaveProperty('requestId');
});
