import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { compactDocumentsPlugin } from './codegen/compact-documents';
import { operationManifestPlugin } from './codegen/manifest';
import { precompress } from './codegen/precompress';
import compile from 'icu-minify/compile';
import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig, loadEnv, type Plugin } from 'vite';

type Words = { [name: string]: Words | unknown };

const compiled = (words: Words): Words =>
  Object.fromEntries(
    Object.entries(words).map(([name, one]) => [name, typeof one === 'string' ? compile(one) : compiled(one as Words)]),
  );

/** The words are compiled here, so that the page needs no parser of messages: that is 10 kB of its first script. */
const compiledWords = (): Plugin => ({
  name: 'compiled-words',
  enforce: 'pre',
  transform: (text, id) =>
    /\/messages\/.*\.json$/.test(id) ? { code: JSON.stringify(compiled(JSON.parse(text) as Words)), map: null } : null,
});

interface Modules {
  getModuleInfo(id: string): { importedIds: readonly string[] } | null;
}

/** What the entry imports without waiting for somebody to ask. */
const importedByEntry = (modules: Modules, entry: string): ReadonlySet<string> => {
  const found = new Set([entry]);
  for (const id of found) for (const imported of modules.getModuleInfo(id)?.importedIds ?? []) found.add(imported);
  return found;
};

const ENTRY = fileURLToPath(new URL('src/main.tsx', import.meta.url));
let first: ReadonlySet<string> | undefined;
const nameOfFirst = (id: string, modules: Modules): string | null => {
  first ??= importedByEntry(modules, ENTRY);
  // The entry stays a file of its own: its name changes with whatever it imports, by which a new build is seen.
  return id !== ENTRY && first.has(id) ? 'first' : null;
};

const routerOf = (part: string, file: string) => ({
  find: new RegExp(`^react-router${part}$`),
  replacement: fileURLToPath(new URL(`node_modules/react-router/dist/production/${file}.mjs`, import.meta.url)),
});

export default defineConfig(({ mode }) => {
  const port = loadEnv(mode, '..', 'PORT').PORT ?? '4000';
  const target = `http://127.0.0.1:${port}`;
  const proxy = {
    '/graphql': { target, ws: true },
    '/webhooks': { target },
    '/openapi.json': { target },
    '/explorer': { target },
    '/reference': { target },
  };
  return {
    plugins: [
      ...[compiledWords(), operationManifestPlugin(), compactDocumentsPlugin(), react(), tailwindcss(), precompress()],
    ],
    resolve: {
      // rxjs has a build without the helpers of ES5 under this name.
      conditions: ['es2015', ...defaultClientConditions],
      alias: [
        { find: 'use-intl/format-message', replacement: 'use-intl/format-message/format-only' },
        // Its package names the build for development, with its warnings, for everybody.
        ...(mode === 'production' ? [routerOf('', 'index')] : []),
      ],
    },
    server: { proxy },
    preview: { proxy },
    build: {
      // The server's content policy allows no data: scripts or styles, so nothing small is inlined.
      assetsInlineLimit: 0,
      modulePreload: {
        polyfill: false,
        // What lazy parts share is in the first script, so a list of what each needs would only make that larger.
        resolveDependencies: (_file, needed, { hostType }) => (hostType === 'html' ? needed : []),
      },
      rolldownOptions: {
        output: {
          // Each of these names is in the first script, and a hash cannot be compressed: seven characters tell builds apart.
          chunkFileNames: 'assets/[name]-[hash:7].js',
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
              // One file for the rest of the first script: it compresses better than a dozen small ones.
              { name: nameOfFirst, priority: 1 },
            ],
          },
        },
      },
    },
  };
});
