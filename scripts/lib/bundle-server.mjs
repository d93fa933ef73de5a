// Bundles the compiled server: a process that reads a few files instead of 1,600 starts in half the time.
import { readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SERVER = fileURLToPath(new URL('../../server', import.meta.url));
const COMPILED = path.join(SERVER, 'dist/compiled');

/** The programs that are started by their file name. */
const PROGRAMS = ['main', 'graphql-main', 'operate'];

/**
 * Packages that stay in node_modules: native code (argon2), files of their own that they open by path (pino, altair-static),
 * classes that are loaded one by one by path (ccxt), and packages that others only use if they are there.
 */
const EXTERNAL = [
  '@node-rs/argon2',
  'pino',
  'altair-static',
  'ccxt',
  'class-validator',
  'bufferutil',
  'utf-8-validate',
];

/** CommonJS packages inside of an ES module ask for this function. */
const REQUIRE = "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);";

/** Source maps lead to our own sources only. Those of packages would be read at every start. */
const withoutForeignMaps = {
  name: 'without-foreign-maps',
  setup(build) {
    const empty = Buffer.from('{"version":3,"sources":[],"mappings":"A"}').toString('base64');
    build.onLoad({ filter: /node_modules\/.*\.[cm]?js$/ }, ({ path: file }) => ({
      contents: `${readFileSync(file, 'utf8')}\n//# sourceMappingURL=data:application/json;base64,${empty}`,
      loader: 'js',
    }));
  },
};

const { build } = createRequire(path.join(SERVER, 'package.json'))('esbuild');
await build({
  entryPoints: PROGRAMS.map((name) => path.join(COMPILED, `${name}.js`)),
  outdir: path.join(SERVER, 'dist'),
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // Types of GraphQL and errors are known by the names of their classes.
  keepNames: true,
  sourcemap: true,
  sourcesContent: false,
  external: EXTERNAL,
  banner: { js: REQUIRE },
  plugins: [withoutForeignMaps],
  logLevel: 'warning',
});
rmSync(COMPILED, { recursive: true });
