import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../../', import.meta.url));
const built = new Map<string, Promise<string>>();

/**
 * Bundles one entry as the product's build does, once a test process, and returns the file. It
 * lies below node_modules so that the driver, which stays outside the bundle, is found from it.
 */
export function bundle(entry: string): Promise<string> {
  const known = built.get(entry);
  if (known !== undefined) return known;
  const made = bundleNow(entry);
  built.set(entry, made);
  return made;
}

async function bundleNow(entry: string): Promise<string> {
  const output = await build({
    root,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['libsql'] },
    build: {
      ssr: true,
      write: false,
      target: 'node20.18',
      minify: false,
      rolldownOptions: {
        input: { bundle: join(root, entry) },
        external: ['libsql', /^node:/],
        output: { format: 'cjs' },
      },
    },
  });
  const code = 'output' in output ? output.output[0].code : '';
  const folder = join(root, 'node_modules/.cache/ledger-tests');
  mkdirSync(folder, { recursive: true });
  // Named by its content: test processes that run at the same time share it.
  const file = join(folder, `${createHash('sha256').update(code).digest('hex').slice(0, 16)}.cjs`);
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}

export function workerBundle(): Promise<string> {
  return bundle('electron/core/records/ledger/worker.ts');
}

/** A folder of its own; remove it with the function that comes with it. */
export function temporaryFolder(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'tokwatt-ledger-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Waits until a condition holds; fails after ten seconds. */
export async function eventually(condition: () => boolean, what: string): Promise<void> {
  const until = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > until) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
