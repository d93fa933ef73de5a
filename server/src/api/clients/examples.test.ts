import { execFile, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Exchange } from '../../exchange/exchange.js';
import { startCuttingProxy } from '../../testing/cutting-proxy.js';
import { makeAccount } from '../../testing/make.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { openRealExchange } from '../../testing/worlds/real-exchange.js';
import { registryOfRemotes } from '../../testing/worlds/remote-exchange.js';

/** docs/examples, as an integrator runs them: files of their own beside a node_modules with their packages. */
const EXAMPLES = fileURLToPath(new URL('../../../../docs/examples', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../../node_modules', import.meta.url));
const TSX = path.join(PACKAGES, '.bin/tsx');
const LINES_MAX = 40;

const run = promisify(execFile);
const isThere = (command: string): boolean => spawnSync(command, ['--version']).status === 0;

let api: TradingApi;
let real: Awaited<ReturnType<typeof openRealExchange>>;
let dir: string;
let telling: NodeJS.Timeout | undefined;
const exchanges = new Map<number, Exchange>();
beforeAll(async () => {
  real = await openRealExchange({ dialect: 'binance', balances: { USDT: '100000' } });
  api = await startTradingApi({ exchanges: registryOfRemotes(exchanges) });
  tellPrice();
  telling = setInterval(tellPrice, 1_000);
  dir = await mkdtemp(path.join(os.tmpdir(), 'mvcashnode-examples-'));
  await symlink(PACKAGES, path.join(dir, 'node_modules'));
});
afterAll(async () => {
  clearInterval(telling);
  await api.close();
  await real.stop();
  await rm(dir, { recursive: true });
});

const PRICE = '100000';
/** The price stays fresh, however long a program takes to start. */
const tellPrice = () => {
  real.fake.setPrice('BTC/USDT', { last: PRICE });
  api.prices.set('BTC/USDT', PRICE, Date.now(), 'BINANCE_SPOT');
};

/** A trader with an account at the fake exchange and a token, both new. */
async function trader() {
  const { id } = await api.newUser();
  const account = await makeAccount(api.database.db, {
    ...{ user_id: id, is_simulation: false, api_key_enc: 'sealed', balances: { USDT: '1000' } },
    balances_synced_at: new Date(),
  });
  exchanges.set(account.id, real.exchange);
  const token = await api.newToken(id, ['read', 'trade']);
  return { account, env: { MVCASH_TOKEN: token, MVCASH_ACCOUNT: String(account.id) } };
}

const LANGUAGES = [
  { file: 'trade.mts', command: TSX, needs: process.execPath },
  { file: 'trade.py', command: 'python3', needs: 'python3' },
  { file: 'trade.sh', command: 'sh', needs: 'curl' },
];

describe.each(LANGUAGES)('docs/examples/$file', ({ file, command, needs }) => {
  it('has at most 40 lines', async () => {
    expect((await readFile(path.join(EXAMPLES, file), 'utf8')).trimEnd().split('\n').length).toBeLessThanOrEqual(
      LINES_MAX,
    );
  });

  it.skipIf(!isThere(needs))(
    `buys once, follows the fill across cuts and closes (skipped without ${path.basename(needs)})`,
    async () => {
      await copyFile(path.join(EXAMPLES, file), path.join(dir, file));
      const { account, env } = await trader();
      const proxy = await startCuttingProxy(api.url, [
        // The order is placed, and nobody tells the client; then the news of its fill is lost.
        ...[{ answerTo: /mutation[^]*placeOrder/ }, { answerTo: /positionFills[^]*OLDEST/ }],
        ...[{ message: /jobChanged/ }, { answerTo: /mutation[^]*closePosition/ }],
      ]);
      const before = real.fake.orders().length;
      try {
        const { stdout } = await run(command, [file], {
          cwd: dir,
          env: { PATH: process.env.PATH, HOME: process.env.HOME, MVCASH_URL: proxy.url, ...env },
          timeout: 100_000,
        }).catch((error: { stdout: string; stderr: string }) => {
          throw new Error(`it printed:\n${error.stdout}${error.stderr}`);
        });
        expect(stdout).toMatch(/^closed \d+$/m);
        expect(stdout.match(/BUY|SELL/g)).toEqual(expect.arrayContaining(['BUY', 'SELL']));
        // Each fill is told once, though the connection was cut while it was.
        const fills = stdout.match(/^fill .*|^job .* FILLED$/gm) ?? [];
        expect(fills).toHaveLength(2);
        expect(proxy.cuts()).toBeGreaterThanOrEqual(3);
      } finally {
        proxy.close();
      }
      // One buy and one sell reached the exchange, and the position is closed.
      expect(
        real.fake
          .orders()
          .slice(before)
          .map(({ side, status }) => [side, status]),
      ).toEqual([
        ...[
          ['BUY', 'FILLED'],
          ['SELL', 'FILLED'],
        ],
      ]);
      const positions = await api.database.db.prisma.tradePosition.findMany({
        where: { exchange_account_id: account.id },
      });
      expect(positions.map(({ status }) => status)).toEqual(['CLOSED']);
    },
  );

  it.skipIf(!isThere(needs))('ends with an error when the token is not valid', async () => {
    await copyFile(path.join(EXAMPLES, file), path.join(dir, file));
    const { env } = await trader();
    const bad = { PATH: process.env.PATH, MVCASH_URL: api.url, ...env, MVCASH_TOKEN: 'mvc_nonsense' };
    const ended = run(command, [file], { cwd: dir, env: bad, timeout: 60_000 });
    await expect(ended).rejects.toMatchObject({ killed: false, stderr: expect.stringContaining('UNAUTHENTICATED') });
  });
});
