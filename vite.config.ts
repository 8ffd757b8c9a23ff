import { builtinModules, createRequire } from 'node:module';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { EnvironmentOptions, Plugin } from 'vite';
import { licencesOf, packageFolder } from './scripts/setup/licences.mjs';
import { oneByteSource } from './scripts/setup/one-byte.mjs';

/** What the oldest supported runtime (Electron 33: Node 20.18, Chromium 130) understands. */
const NODE_TARGET = 'node20.18';
const CHROMIUM_TARGET = 'chrome130';

/** A CommonJS bundle for Node or Electron's main side, with every dependency inside. */
function nodeBundle(entries: Record<string, string>): EnvironmentOptions {
  return {
    consumer: 'server',
    resolve: { noExternal: true, conditions: ['node', 'default'] },
    build: {
      target: NODE_TARGET,
      outDir: '../dist',
      emptyOutDir: false,
      copyPublicDir: false,
      sourcemap: true,
      minify: false,
      rolldownOptions: {
        input: entries,
        // Native modules are loaded by path; they alone are shipped as node_modules.
        external: ['electron', 'koffi', 'libsql', /^node:/, ...builtinModules],
        output: {
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: '[name].chunk.cjs',
          comments: { legal: true, annotation: false, jsdoc: false },
        },
      },
    },
  };
}

/** Halves the memory of the sources while they run. */
const ONE_BYTE: Plugin = {
  name: 'one-byte-source',
  applyToEnvironment: ({ name }) => name === 'node',
  // Earlier steps print escapes as characters again.
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type === 'chunk') file.code = oneByteSource(file.code);
    }
  },
};

/** The folders of the packages that are bundled. */
const bundled = new Set<string>();

/** Notes which packages the bundles are made of. */
const NOTE_PACKAGES: Plugin = {
  name: 'note-packages',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'chunk') continue;
      for (const id of file.moduleIds) {
        const folder = packageFolder(id);
        if (folder !== null) bundled.add(folder);
      }
    }
  },
};

/** The pages: the window's and the mini monitor's. */
const PAGES: EnvironmentOptions = {
  build: { rolldownOptions: { input: ['renderer/index.html', 'renderer/mini.html'] } },
};

/** Parts of dependencies in place of the whole. */
function aliases(): Record<string, string> {
  return {
    // Its version for Node is a table; the one for browsers decodes entities with innerHTML, which Trusted Types forbid.
    'decode-named-character-reference': createRequire(import.meta.url).resolve(
      'decode-named-character-reference',
    ),
    // Only this part of it is used, and its index loads all.
    systeminformation: 'systeminformation/lib/graphics.js',
    // Its version in modules, from which the parser can be left out.
    yaml: join(import.meta.dirname, 'node_modules/yaml/browser/dist/index.js'),
  };
}

/**
 * Leaves out the validator of JSON Schema that `conf` loads: it uses it only for stores with a schema, which ours do not
 * have. It would be a tenth of the core.
 */
function withoutSchemaValidator(): Plugin {
  const absent = '\0no-schema-validator';
  return {
    name: 'no-schema-validator',
    enforce: 'pre',
    resolveId: (id) => (/^ajv(?:-formats$|\/)/.test(id) ? absent : null),
    load: (id) => (id === absent ? 'export class Ajv2020 {}\nexport default {};' : null),
  };
}

/**
 * Parts of dependencies that only readers of XML and pages with React need, with the least that the shell's own use asks
 * of them. The D-Bus library describes what it serves with XML, and it serves nothing: the tray answers its calls itself.
 */
const UNUSED: Readonly<Record<string, string>> = {
  react: 'export const isValidElement = () => false;\nexport const cloneElement = (one) => one;',
  'fast-xml-parser': 'export class XMLParser {}',
  'fast-xml-builder': "export default class { build() { return '<node/>'; } }",
};

/** Keeps {@link UNUSED} out of what runs as long as the tray: more than a tenth of the shell. */
const WITHOUT_UNUSED: Plugin = {
  name: 'without-unused',
  enforce: 'pre',
  applyToEnvironment: ({ name }) => name === 'node',
  resolveId: (id) => (Object.hasOwn(UNUSED, id) ? `\0unused:${id}` : null),
  load: (id) => (id.startsWith('\0unused:') ? (UNUSED[id.slice(8)] ?? null) : null),
};

export default defineConfig(({ mode }) => {
  // React and Vite choose between their development and production builds by NODE_ENV. The mode sets it, so that a
  // build run from a shell or a test that has a NODE_ENV of its own is the same build.
  process.env.NODE_ENV = mode;
  return {
    root: 'renderer',
    base: './',
    plugins: [react(), withoutSchemaValidator(), WITHOUT_UNUSED, ONE_BYTE, NOTE_PACKAGES],
    resolve: { alias: aliases() },
    build: {
      outDir: '../dist/renderer',
      emptyOutDir: true,
      target: CHROMIUM_TARGET,
      sourcemap: true,
      modulePreload: { polyfill: false },
      // Read from disk, not from a network.
      chunkSizeWarningLimit: 1_000,
    },
    environments: {
      client: PAGES,
      node: nodeBundle({
        main: 'electron/main.ts',
        headless: 'electron/headless.ts',
        guard: 'electron/guard/main.ts',
        'ledger-worker': 'electron/core/records/ledger/worker.ts',
        'nvml-helper': 'electron/core/hardware/nvidia/nvml-helper.ts',
        'gpu-facts-worker': 'electron/core/hardware/static-facts-worker.ts',
      }),
      preload: nodeBundle({ preload: 'electron/preload.ts' }),
    },
    builder: {
      // All builds note their packages in one list.
      sharedConfigBuild: true,
      async buildApp(builder) {
        for (const environment of Object.values(builder.environments)) {
          if (environment.name !== 'ssr') await builder.build(environment);
        }
        const root = import.meta.dirname;
        const text = licencesOf(root, bundled, ['koffi', 'libsql']);
        await writeFile(join(root, 'dist/renderer/licences.txt'), text);
      },
    },
  };
});
