// The import rules of the house: imports point down only, no cycles. See docs/ARCHITECTURE.md.
/** The folders of server/src, the lowest first. A folder imports code of those before it and of none after it. */
const FOLDERS = [
  ...['core', 'infra', 'exchange', 'graphql', 'users', 'auth', 'alerts', 'vaults', 'accounts', 'prices', 'orders'],
  ...['positions', 'exits', 'parameters', 'reconciliation', 'bulk-actions', 'reports', 'webhooks', 'system'],
  'backup',
  'setup',
  'notifications',
  'scheduled-jobs',
  'live',
  ...['api', 'roles', 'operate'],
];
const FEATURES = `(${FOLDERS.slice(4, -4).join('|')})`;
const EDGE = '\\.(route|resolver|jobs)\\.ts$';
const TEST = '(\\.test\\.tsx?$|/testing/)';
const typeOnly = ['type-only'];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Types may refer to each other; code may not wait for itself.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: typeOnly } },
    },
    {
      name: 'core-is-pure',
      comment: 'core imports only core and decimal.js (node:crypto is arithmetic, not I/O).',
      severity: 'error',
      from: { path: '^server/src/core/', pathNot: TEST },
      to: { pathNot: ['^server/src/core/', 'decimal\\.js', '^crypto$', '^node:crypto$'] },
    },
    {
      name: 'edges-are-composed-only-above',
      comment:
        'Routes, resolvers and jobs are put together by main, the roles and the schema; nothing else calls them.',
      severity: 'error',
      from: { path: '^server/src/', pathNot: ['^server/src/(main|create-context|roles/|api/)', EDGE, TEST] },
      to: { path: EDGE },
    },
    // The commands of operators are on top, and read the settings as `main` does.
    ...FOLDERS.slice(0, -1).map((folder, level) => ({
      name: `${folder}-points-down`,
      comment: 'A folder imports code of the folders below it only; it may name types of those above.',
      severity: 'error',
      from: { path: `^server/src/${folder}/`, pathNot: TEST },
      to: {
        path: ['^server/src/[^/]+\\.ts$', ...FOLDERS.slice(level + 1).map((above) => `^server/src/${above}/`)],
        dependencyTypesNot: typeOnly,
      },
    })),
    {
      name: 'types-point-down-too',
      comment: 'The context, the ports and what carries them name types of all folders; a feature does not.',
      severity: 'error',
      from: { path: `^server/src/${FEATURES}/`, pathNot: TEST },
      to: { path: '^server/src/(api|roles)/' },
    },
    {
      name: 'every-folder-has-a-level',
      comment: 'A new folder of server/src gets its place in FOLDERS.',
      severity: 'error',
      from: {},
      to: { path: '^server/src/[^/]+/', pathNot: `^server/src/(${FOLDERS.join('|')}|testing|generated)/` },
    },
    {
      name: 'stores-hold-sql-only',
      comment: 'A store imports core, infra and other stores.',
      severity: 'error',
      from: { path: '^server/src/.*\\.store\\.ts$' },
      to: {
        path: `^server/src/(${FEATURES}|graphql|api|roles)/`,
        pathNot: ['\\.store\\.ts$'],
        dependencyTypesNot: typeOnly,
      },
    },
    {
      name: 'nobody-imports-main',
      severity: 'error',
      from: {},
      to: { path: '^server/src/main\\.ts$' },
    },
    {
      name: 'no-tests-in-the-program',
      severity: 'error',
      from: { path: '^(server|web)/src/', pathNot: TEST },
      to: { path: TEST },
    },
    {
      name: 'web-never-imports-server',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(server|bench|scripts)/' },
    },
    {
      name: 'the-client-stands-alone',
      comment: 'Integrators use it without the rest of this repository.',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(server|web|bench|scripts)/' },
    },
    {
      name: 'server-never-imports-web',
      severity: 'error',
      from: { path: '^server/' },
      to: { path: '^(web|bench)/' },
    },
    {
      name: 'web-features-stand-alone',
      severity: 'error',
      from: { path: '^web/src/features/([^/]+)/', pathNot: TEST },
      to: { path: '^web/src/features/', pathNot: '^web/src/features/$1/' },
    },
    {
      name: 'web-points-down',
      comment: 'app, then features, then the actions that several features show, then ui and lib.',
      severity: 'error',
      from: { path: '^web/src/(features|actions|ui|lib)/', pathNot: TEST },
      to: { path: '^web/src/app/' },
    },
    {
      name: 'web-ui-knows-no-data',
      comment: 'ui has no GraphQL and no features; lib has no features.',
      severity: 'error',
      from: { path: '^web/src/(ui|lib)/', pathNot: TEST },
      to: { path: '^web/src/(features|actions)/' },
    },
    {
      name: 'web-actions-lie-below-features',
      severity: 'error',
      from: { path: '^web/src/actions/', pathNot: TEST },
      to: { path: '^web/src/features/' },
    },
    {
      name: 'web-ui-has-no-graphql',
      comment: 'It may name the values of an enum (types only); it asks for nothing.',
      severity: 'error',
      from: { path: '^web/src/ui/', pathNot: TEST },
      to: { path: ['^web/src/gql/', '@apollo/client'], dependencyTypesNot: typeOnly },
    },
    {
      name: 'not-resolvable',
      severity: 'error',
      // The generated documents import a package that has types only.
      from: { path: '^(server|web)/src/', pathNot: '^web/src/gql/generated\\.ts$' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^server/src/generated/'] },
    exclude: { path: ['^server/dist/', '^web/dist/'] },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
