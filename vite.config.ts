import { builtinModules, createRequire } from 'node:module';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import type { EnvironmentOptions } from 'vite';

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
        },
      },
    },
  };
}

/** The version of the entity decoder for Node, which is a table. */
function entities(): string {
  return createRequire(import.meta.url).resolve('decode-named-character-reference');
}

export default defineConfig(({ mode }) => {
  // React and Vite choose between their development and production builds by NODE_ENV. The mode sets it, so that a
  // build run from a shell or a test that has a NODE_ENV of its own is the same build.
  process.env.NODE_ENV = mode;
  return {
    root: 'renderer',
    base: './',
    plugins: [react()],
    resolve: {
      alias: {
        // Its version for browsers decodes entities with innerHTML, which Trusted Types forbid.
        'decode-named-character-reference': entities(),
      },
    },
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
      node: nodeBundle({
        main: 'electron/main.ts',
        headless: 'electron/headless.ts',
        'ledger-worker': 'electron/core/records/ledger/worker.ts',
        'nvml-helper': 'electron/core/hardware/nvidia/nvml-helper.ts',
        'gpu-facts-worker': 'electron/core/hardware/static-facts-worker.ts',
      }),
      preload: nodeBundle({ preload: 'electron/preload.ts' }),
    },
    builder: {
      async buildApp(builder) {
        for (const environment of Object.values(builder.environments)) {
          if (environment.name !== 'ssr') await builder.build(environment);
        }
      },
    },
  };
});
