import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Database } from '../infra/database/database.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { startHeartbeat } from './heartbeat.js';

const log = pino({ level: 'silent' });
const clock = { now: () => Date.UTC(2026, 10, 24, 12, 0, 0, 250) };

describe('the heartbeat', () => {
  let test: TestDatabase;
  beforeAll(async () => {
    test = await createTestDatabase();
  });
  afterAll(() => test.drop());

  const rowsOf = (service: string) =>
    test.db.prisma.systemMonitoringLog.findMany({ where: { service_name: service }, orderBy: { id: 'asc' } });

  it('writes a running row at once and a stopped one at the end, with the state of the process', async () => {
    const heartbeat = startHeartbeat({ db: test.db, log, clock }, { service: 'API', everyMs: 3_600_000 });
    // The next is due in an hour. Stopping would wait for this one only two seconds, which may be too short for the
    // first query.
    await vi.waitFor(async () => expect(await rowsOf('API')).toHaveLength(1), 10_000);
    await heartbeat.stop();
    const rows = await rowsOf('API');
    expect(rows.map(({ status }) => status)).toEqual(['running', 'stopped']);
    const [first] = rows;
    expect(first?.process_id).toBe(process.pid);
    expect(first?.timestamp.getTime()).toBe(clock.now());
    expect(Number(first?.memory_usage)).toBeGreaterThan(0);
    expect(Number(first?.cpu_usage)).toBeGreaterThanOrEqual(0);
    expect(first?.metrics_json).toMatchObject({
      rss_mb: expect.any(Number),
      event_loop_delay_p99_ms: expect.any(Number),
      event_loop_delay_max_ms: expect.any(Number),
      uptime_s: expect.any(Number),
    });
  });

  it('continues to write while it runs, and writes nothing once it has stopped', async () => {
    const heartbeat = startHeartbeat({ db: test.db, log, clock }, { service: 'MONITORS', everyMs: 5 });
    await vi.waitFor(async () => expect((await rowsOf('MONITORS')).length).toBeGreaterThan(2), 10_000);
    await heartbeat.stop();
    const rows = await rowsOf('MONITORS');
    expect(rows.at(-1)?.status).toBe('stopped');
    expect(rows.filter(({ status }) => status === 'stopped')).toHaveLength(1);
  });

  it('never throws while the database is away, logs it once, and continues when it is back', async () => {
    const lines: string[] = [];
    const listening = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line).msg) });
    let isAway = true;
    let attempts = 0;
    const create = (args: never) => {
      attempts++;
      return isAway ? Promise.reject(new Error('no connection')) : test.db.prisma.systemMonitoringLog.create(args);
    };
    const db = { prisma: { systemMonitoringLog: { create } } } as unknown as Database;
    const heartbeat = startHeartbeat({ db, log: listening, clock }, { service: 'EXECUTOR', everyMs: 5 });
    await vi.waitFor(() => expect(attempts).toBeGreaterThan(3), 10_000);
    isAway = false;
    await vi.waitFor(async () => expect((await rowsOf('EXECUTOR')).length).toBeGreaterThan(0), 10_000);
    await heartbeat.stop();
    expect(lines).toEqual(['the heartbeat could not be written', 'heartbeats are written again']);
  });
});
