import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tokwatt-build-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs Node in the project's folder with this NODE_ENV; what it printed. */
async function node(args: readonly string[], nodeEnv: string): Promise<string> {
  const env = { ...process.env, NODE_ENV: nodeEnv };
  return (await promisify(execFile)(process.execPath, args, { cwd: root, env })).stdout;
}

/** The sources that a source map names. */
function sourcesOf(map: string): string[] {
  return (JSON.parse(map) as { sources: string[] }).sources;
}

test.each(['development', 'test'])(
  'built with NODE_ENV=%s, the page holds the production React',
  async (nodeEnv) => {
    const out = join(folder, nodeEnv);
    await node([join('node_modules', 'vite', 'bin', 'vite.js'), 'build', '--outDir', out], nodeEnv);
    const assets = join(out, 'assets');
    const text = (name: string): string => readFileSync(join(assets, name), 'utf8');
    // The bundler's own helpers have no map.
    const maps = readdirSync(assets).filter((name) => name.endsWith('.js.map'));
    const sources = maps.flatMap((name) => sourcesOf(text(name)));
    expect(sources).toContainEqual(expect.stringContaining('react-dom-client.production'));
    expect(sources.filter((name) => name.includes('react-dom-client.development'))).toEqual([]);
    expect(sources.filter((name) => name.includes('jsx-dev-runtime'))).toEqual([]);
  },
);

test('with NODE_ENV=production, the development server serves the development React', async () => {
  const script = `
    import { resolveConfig } from 'vite';
    const { isProduction } = await resolveConfig({}, 'serve');
    console.log(isProduction, process.env.NODE_ENV);
  `;
  const said = await node(['--input-type=module', '--eval', script], 'production');
  expect(said.trim()).toBe('false development');
});
