// mvcashnode's monitors and executor in one process, with prices that the benchmark gives.
import { createContext } from '../server/src/create-context.js';
import { loadEnv } from '../server/src/env.js';
import { startExecutor } from '../server/src/roles/executor.js';
import { watchTriggers } from '../server/src/trading/watch-triggers.js';
import { answerParent, nowMs } from './child.js';
import { exchanges } from './http-exchange.js';

const { ctx, close } = await createContext(loadEnv(), { exchanges });
const executor = startExecutor(ctx);
const watch = watchTriggers(ctx);
let lastAt = 0;
answerParent({
  size: () => watch.size(),
  tick: (last: string) => {
    const at = nowMs();
    lastAt = Math.max(lastAt + 1, Math.floor(at));
    ctx.prices.publish('SIMULATION', [{ symbol: 'BTC/USDT', last, at: lastAt, source: 'bench' }]);
    return at;
  },
});
process.on('SIGTERM', async () => {
  await watch.stop();
  await executor.stop();
  await close();
  process.exit(0);
});
process.send?.({ type: 'ready' });
