import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig, loadEnv } from 'vite';

export default defineConfig(({ mode }) => {
  const port = loadEnv(mode, '..', 'PORT').PORT ?? '4000';
  const target = `http://127.0.0.1:${port}`;
  const proxy = { '/graphql': { target, ws: true }, '/webhooks': { target }, '/openapi.json': { target } };
  return {
    plugins: [react(), tailwindcss()],
    server: { proxy },
    preview: { proxy },
    build: {
      // The server's content policy allows no data: scripts or styles, so nothing small is inlined.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        output: {
          // What changes rarely is cached apart from what changes with every release.
          codeSplitting: {
            groups: [
              {
                name: 'react',
                test: /node_modules[\\/](?:\.pnpm[\\/])?(react|react-dom|scheduler)[@\\/]/,
                priority: 3,
              },
              {
                name: 'apollo',
                test: /node_modules[\\/].*(@apollo|graphql-ws|graphql@|rxjs|optimism|@wry)/,
                priority: 2,
              },
            ],
          },
        },
      },
    },
  };
});
