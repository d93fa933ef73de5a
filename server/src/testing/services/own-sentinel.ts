import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { freePort, launchRedis } from './own-redis.js';

/** A master, a replica, and a Sentinel that makes the replica the master when the master is gone. */
export interface OwnSentinel {
  /** `redis-sentinel://…` */
  url: string;
  /** Kills the server that is the master at the beginning. */
  killMaster(): Promise<void>;
  stop(): Promise<void>;
}

export const SENTINEL_PASSWORD = 'only these tests know it';

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

export async function startOwnSentinel(): Promise<OwnSentinel> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcash-sentinel-'));
  const [master, replica, sentinel] = [await freePort(), await freePort(), await freePort()];
  const secret = ['--requirepass', SENTINEL_PASSWORD, '--masterauth', SENTINEL_PASSWORD];
  const servers = [
    await launchRedis(master, secret),
    await launchRedis(replica, [...secret, '--replicaof', `127.0.0.1 ${master}`]),
  ];
  const file = path.join(folder, 'sentinel.conf');
  writeFileSync(
    file,
    [
      ...[`port ${sentinel}`, 'bind 127.0.0.1', `dir ${folder}`, `sentinel monitor trades 127.0.0.1 ${master} 1`],
      ...[`sentinel auth-pass trades "${SENTINEL_PASSWORD}"`, 'sentinel down-after-milliseconds trades 500'],
      'sentinel failover-timeout trades 2000',
    ].join('\n'),
  );
  const watcher = spawn(process.env.REDIS_SERVER_PATH ?? 'redis-server', [file, '--sentinel'], { stdio: 'ignore' });
  await once(watcher, 'spawn');
  return {
    url: `redis-sentinel://:${encodeURIComponent(SENTINEL_PASSWORD)}@127.0.0.1:${sentinel}#trades`,
    killMaster: () => kill(servers[0] as ChildProcess),
    async stop() {
      await Promise.all([watcher, ...servers].map(kill));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
