// P9: the time of `npm start` on a prepared checkout until the page answers, and the memory of an idle API process.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { nowMs } from './child.js';
import type { Row } from './table.js';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });

const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));

interface Started {
  seconds: number;
  stop(): Promise<void>;
  childPid(): Promise<number>;
}

async function start(roles: string): Promise<Started> {
  const [port, adminPort] = [await freePort(), await freePort()];
  const { DATABASE_URL: _database, REDIS_URL: _redis, ...env } = process.env;
  const begun = nowMs();
  const program = spawn('npm', ['start', '--silent', '--', '--json', '--roles', roles], {
    env: { ...env, PORT: String(port), ADMIN_PORT: String(adminPort) },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  for (let turn = 0; ; turn++) {
    if (turn > 2_400) throw new Error('npm start gave no page within two minutes');
    const answer = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    if (answer?.ok && (await answer.text()).includes('<div id="root"')) break;
    await sleep(50);
  }
  const seconds = (nowMs() - begun) / 1000;
  return {
    seconds,
    async childPid() {
      const health = (await (await fetch(`http://127.0.0.1:${adminPort}/readyz`)).json()) as { pid: number };
      return health.pid;
    },
    async stop() {
      const ended = new Promise<void>((resolve) => program.once('exit', () => resolve()));
      process.kill(-(program.pid ?? 0), 'SIGTERM');
      await Promise.race([ended, sleep(12_000)]);
    },
  };
}

export async function measureColdStart(): Promise<Row[]> {
  await (await start('api,executor,monitors')).stop();
  const times: number[] = [];
  for (let round = 0; round < 3; round++) {
    const started = await start('api,executor,monitors');
    times.push(started.seconds);
    await started.stop();
  }
  const seconds = [...times].sort((a, b) => a - b)[1] ?? Number.NaN;
  const api = await start('api');
  await sleep(10_000);
  const status = await readFile(`/proc/${await api.childPid()}/status`, 'utf8').catch(() => '');
  const rss = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? Number.NaN) / 1024;
  await api.stop();
  return [
    {
      goal: 'P9',
      what: 'npm start on a prepared checkout → page (median of 3)',
      measured: `${seconds.toFixed(1)} s`,
      target: '≤ 10 s',
      holds: seconds <= 10,
    },
    {
      goal: 'P9',
      what: 'API process at rest, resident',
      measured: `${rss.toFixed(0)} MB`,
      target: '≤ 200 MB',
      holds: rss <= 200,
    },
  ];
}
