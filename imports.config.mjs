/**
 * Where imports may point. `npm run check` fails on any other. Type imports count too.
 * @type {import('dependency-cruiser').IConfiguration}
 */
export default {
  forbidden: [
    {
      name: 'no-circle',
      comment: 'Cut it where it parts naturally: a contract that both sides import, or a leaf.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...downwards(),
    {
      name: 'no-orphan',
      comment: 'Nothing imports this file, and it is no entry: delete it.',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.test\\.tsx?$|\\.d\\.ts$' },
      to: {},
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: '^(shared|electron|renderer)/',
    exclude: { path: '\\.test\\.tsx?$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
  },
};

/**
 * The folders of electron/core, lowest first. A folder imports from those before it only; core.ts,
 * services.ts and what starts the program are above all of them.
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 */
function downwards() {
  const order = [
    'proxy',
    'settings',
    'startup',
    'upstreams',
    'takeover',
    'websocket',
    'usage',
    'hardware',
    'sketch',
    'meter',
    'records',
    'insights',
    'cost',
    'clients',
    'models',
    'alerts',
    'updates',
    'live',
    'exporters',
    'api',
  ];
  return order.slice(0, -1).map((folder, index) => ({
    name: `${folder}-imports-downwards`,
    comment: 'A folder of the core imports from the folders before it in this list, never after.',
    severity: 'error',
    from: { path: `^electron/core/${folder}/` },
    to: { path: `^electron/core/(${order.slice(index + 1).join('|')})/` },
  }));
}
