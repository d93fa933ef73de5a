import { defineConfig } from 'prisma/config';

// Only `prisma generate` reads this; it never connects, so it needs no address.
export default defineConfig({
  schema: '../prisma/schema.prisma',
  migrations: { path: '../prisma/migrations' },
});
