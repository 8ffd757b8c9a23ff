// @ts-check
import reactHooks from 'eslint-plugin-react-hooks';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/**
 * Paths that a layer must not import, with the reason shown to whoever tries.
 * @param {string[]} files
 * @param {{ regex: string, message: string }[]} patterns
 * @param {{ name: string, importNames: string[], message: string }[]} paths
 * @returns {import('eslint').Linter.Config}
 */
function layer(files, patterns, paths = []) {
  return {
    files,
    ignores: ['**/*.test.ts', '**/*.test.tsx'],
    rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns, paths }] },
  };
}

const NODE = {
  regex: '^(node:|fs$|path$|http$|https$|os$|net$|child_process$|worker_threads$)',
  message: 'This layer knows no Node: it also runs in a browser.',
};
const ELECTRON = {
  regex: '^electron($|/|-)',
  message: 'Only electron/shell, main and preload know Electron: the core runs in plain Node.',
};
/** @param {string} name */
const rawIpc = (name) => ({
  name: 'electron',
  importNames: [name],
  message: 'Raw IPC is used in one place only; add a call to shared/ipc.ts instead.',
});

export default defineConfig(
  globalIgnores(['dist/', 'release/', 'node_modules/']),
  tseslint.configs.strictTypeChecked,
  tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
        { selector: 'ExportAllDeclaration', message: 'No barrel files.' },
      ],
      'max-lines': ['error', { max: 250 }],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      eqeqeq: 'error',
    },
  },
  layer(
    ['shared/**/*.ts'],
    [
      NODE,
      ELECTRON,
      { regex: '\\.\\./(electron|renderer)/', message: 'shared/ depends on no other layer.' },
    ],
  ),
  layer(
    ['electron/core/**/*.ts', 'electron/headless.ts'],
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
    [{ regex: '(^|/)renderer/', message: 'The shell loads the renderer by URL, never as code.' }],
    [rawIpc('ipcRenderer')],
  ),
  layer(['electron/shell/!(ipc).ts', 'electron/main.ts'], [], [rawIpc('ipcMain')]),
  { files: ['renderer/**/*.{ts,tsx}'], extends: [reactHooks.configs.flat.recommended] },
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
      '@typescript-eslint/no-non-null-assertion': 'off',
      // vitest's matchers (`expect.any`, `expect.stringContaining`) are typed so.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['scripts/**/*.mjs', 'bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['*.config.{ts,mjs}'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  {
    files: ['**/*.mjs'],
    rules: { '@typescript-eslint/explicit-module-boundary-types': 'off' },
  },
);
