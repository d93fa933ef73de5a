import { expect, it } from 'vitest';
import { createLogger } from './log.js';

const capture = (pretty = false) => {
  const lines: string[] = [];
  const log = createLogger({ level: 'info', pretty, destination: { write: (line) => void lines.push(line) } });
  return { log, lines };
};

it('hides secrets by name at any depth, in children and in errors', () => {
  const { log, lines } = capture();
  const error = Object.assign(new Error('boom'), {
    config: { headers: { Authorization: 'canary' } },
    api_key: 'canary',
  });
  log.info(
    { req: { headers: { 'set-cookie': ['canary'], cookie: 'canary' } }, list: [{ apiSecret: 'canary' }] },
    'one',
  );
  log.child({ password: 'canary', jobId: 7 }).warn({ api_key_enc: 'canary' }, 'two');
  log.error({ err: error }, 'three');
  expect(lines.join('')).not.toContain('canary');
  expect(JSON.parse(lines[1] ?? '')).toMatchObject({ level: 'warn', jobId: 7, password: '[hidden]', msg: 'two' });
  expect(JSON.parse(lines[2] ?? '')).toMatchObject({ err: { type: 'Error', message: 'boom' } });
});

it('keeps everything else: empty secrets, dates, nested errors, what was passed in', () => {
  const { log, lines } = capture();
  const fields = { token: null, at: new Date(0), nested: { password: 'x', ok: true } };
  log.info(fields, 'kept');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    token: null,
    at: '1970-01-01T00:00:00.000Z',
    nested: { ok: true },
  });
  expect(fields.nested.password).toBe('x');
});

it('writes lines for people when asked', () => {
  const { log, lines } = capture(true);
  log.info({ jobId: 7, secret: 'canary' }, 'job claimed');
  expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d INFO {2}job claimed jobId=7 secret=\[hidden\]\n$/);
  log.error({ err: new Error('boom') }, 'failed');
  expect(lines[1]).toContain('Error: boom\n    at ');
});

it.each(['\n', '\r\n', '\u2028', '\u001b[2K\r', '\u0085'])(
  'a value with %j cannot begin a line of its own, in no field, message or error',
  (breaker) => {
    const forged = `x${breaker}12:00:00 INFO  signed in userId=1`;
    for (const pretty of [true, false]) {
      const { log, lines } = capture(pretty);
      log.warn({ userAgent: forged, list: [forged], [`a${breaker}b`]: 1 }, `seen ${forged}`);
      log.error({ err: new Error(forged) }, 'failed');
      const seen = lines.join('').split(/[\n\r\u2028\u2029\u0085]/);
      expect(seen.filter((line) => line.startsWith('12:00:00'))).toEqual([]);
      expect(lines.join('')).not.toContain('\u001b');
      expect(lines).toHaveLength(2);
      if (!pretty) expect(JSON.parse(lines[0] ?? '')).toMatchObject({ userAgent: forged, msg: `seen ${forged}` });
    }
  },
);
