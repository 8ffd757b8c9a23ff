// @ts-check
import { REACT, SYNTAX, TYPES } from './scripts/lint-rules.mjs';

/**
 * What `npm run lint` checks. oxlint checks types by tsgolint, which is TypeScript's own native checker, so that the
 * whole repository takes seconds.
 */

const NODE = {
  regex: '^(node:|fs$|path$|http$|https$|os$|net$|child_process$|worker_threads$)',
  message: 'This layer knows no Node: it also runs in a browser.',
};
const ELECTRON = {
  regex: '^electron($|/|-)',
  message: 'Only electron/shell, main and preload know Electron: the core runs in plain Node.',
};
const PAGE = {
  regex: '(^|/)renderer/',
  message: 'The shell loads the renderer by URL, never as code.',
};
/** @param {string} name */
const rawIpc = (name) => ({
  name: 'electron',
  importNames: [name],
  message: 'Raw IPC is used in one place only; add a call to shared/ipc.ts instead.',
});

/**
 * Paths that a layer must not import, with the reason shown to whoever tries.
 * @param {string[]} files
 * @param {{ regex: string, message: string }[]} patterns
 * @param {{ name: string, importNames: string[], message: string }[]} paths
 */
function layer(files, patterns, paths = []) {
  return {
    files,
    excludeFiles: ['**/*.test.ts', '**/*.test.tsx'],
    rules: { 'no-restricted-imports': ['error', { patterns, paths }] },
  };
}

/**
 * @param {string[]} names
 * @param {string} plugin
 */
function errors(names, plugin = '') {
  return Object.fromEntries(names.map((name) => [`${plugin}${name}`, 'error']));
}

export default {
  plugins: ['typescript', 'react', 'import', 'oxc'],
  categories: { correctness: 'off' },
  options: { typeAware: true, reportUnusedDisableDirectives: 'error' },
  ignorePatterns: ['dist/', 'release/'],
  rules: {
    ...errors(SYNTAX),
    ...errors(TYPES, 'typescript/'),
    'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
    'typescript/restrict-plus-operands': [
      'error',
      {
        allowAny: false,
        allowBoolean: false,
        allowNullish: false,
        allowNumberAndString: false,
        allowRegExp: false,
      },
    ],
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
    'typescript/consistent-type-imports': 'error',
    'typescript/explicit-module-boundary-types': 'error',
    'typescript/restrict-template-expressions': ['error', { allowNumber: true }],
    'typescript/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    'typescript/switch-exhaustiveness-check': 'error',
    'import/no-default-export': 'error',
    'oxc/no-barrel-file': ['error', { threshold: 0 }],
    'max-lines': ['error', { max: 250 }],
    'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
    'no-console': 'error',
    eqeqeq: 'error',
  },
  overrides: [
    layer(
      ['shared/**/*.ts'],
      [
        NODE,
        ELECTRON,
        { regex: '\\.\\./(electron|renderer)/', message: 'shared/ depends on no other layer.' },
      ],
    ),
    layer(
      ['electron/{core,guard,service}/**/*.ts', 'electron/headless.ts'],
      [
        ELECTRON,
        { regex: '(^|/)(shell|renderer)/', message: 'The core knows neither shell nor renderer.' },
      ],
    ),
    layer(
      ['renderer/**/*.{ts,tsx}'],
      [NODE, ELECTRON, { regex: '(^|/)electron/', message: 'The renderer knows shared/ only.' }],
    ),
    layer(
      ['electron/shell/**/*.ts', 'electron/main.ts'],
      [PAGE],
      [rawIpc('ipcRenderer'), rawIpc('ipcMain')],
    ),
    layer(['electron/shell/ipc.ts'], [PAGE], [rawIpc('ipcRenderer')]),
    { files: ['renderer/**/*.{ts,tsx}'], rules: errors(REACT, 'react/') },
    {
      files: ['**/*.test.{ts,tsx}', 'tests/**/*.ts'],
      rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
    },
    {
      // Tables: one entry after another, with nothing to split.
      files: [
        // Recorded answers of servers.
        'electron/core/usage/fixtures/*.ts',
        // One figure after another.
        'shared/alert-figures.ts',
        // Requests as bytes.
        'tests/siege/rfc9112-vectors.mjs',
      ],
      rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' },
    },
    {
      // One function that lists all columns of a table in their order.
      files: [
        'electron/core/exporters/databases/*-tables.ts',
        'electron/core/records/ledger/rows.ts',
      ],
      rules: { 'max-lines-per-function': 'off' },
    },
    {
      files: ['**/*.test.ts', 'tests/**/*.ts', 'bench/**'],
      rules: {
        'typescript/no-non-null-assertion': 'off',
        // vitest's matchers (`expect.any`, `expect.stringContaining`) are typed so.
        'typescript/no-unsafe-assignment': 'off',
      },
    },
    {
      files: ['scripts/**/*.mjs', 'bench/**'],
      rules: { 'no-console': 'off' },
    },
    {
      files: ['*.config.{ts,mjs}'],
      rules: { 'import/no-default-export': 'off' },
    },
    {
      files: ['**/*.mjs'],
      rules: { 'typescript/explicit-module-boundary-types': 'off' },
    },
  ],
};
