// `prisma generate` needs no schema engine, yet Prisma 7 downloads one first unless this variable names an
// existing file. It is set for this one command only: with a stand-in that exits 0, `prisma migrate deploy`
// would report success and do nothing, while node itself fails loudly.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync('prisma', ['generate'], {
  stdio: 'inherit',
  shell: process.platform === 'win32',
  env: {
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
    ...process.env,
  },
});
process.exit(status ?? 1);
