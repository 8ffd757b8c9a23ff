// @ts-check
/**
 * `npm run dev` serves the page from Vite's development server with hot reload, rebuilds main and
 * preload when they change, and restarts the application after each rebuild. Flags are passed to
 * the application.
 */
import { spawn } from 'node:child_process';
import process from 'node:process';
import { createBuilder, createServer } from 'vite';
import { provideElectron } from './setup/electron-runtime.mjs';

const flags = process.argv.slice(2);
const { executable } = await provideElectron({ log: console.error });

const server = await createServer();
await server.listen();
const origin = new URL(server.resolvedUrls?.local[0] ?? 'http://localhost:5173').origin;

/** @type {import('node:child_process').ChildProcess | null} */
let child = null;
let restarting = false;

function start() {
  const asRoot = process.platform === 'linux' && process.getuid?.() === 0;
  child = spawn(executable, [...(asRoot ? ['--no-sandbox'] : []), '.', ...flags], {
    stdio: 'inherit',
    env: { ...process.env, TOKWATT_DEV_ORIGIN: origin },
  });
  child.once('exit', (status) => {
    child = null;
    if (!restarting) process.exit(status ?? 0);
    restarting = false;
    start();
  });
}

function restart() {
  if (child === null) start();
  else if (!restarting) {
    restarting = true;
    child.kill('SIGTERM');
  }
}

// A build's mode is production by default. The mode sets NODE_ENV, which the server shares.
const builder = await createBuilder({ mode: 'development', build: { watch: {} } });
const waiting = new Set(['node', 'preload']);
for (const name of [...waiting]) {
  const environment = builder.environments[name];
  if (environment === undefined) throw new Error(`vite.config.ts describes no "${name}"`);
  const watcher = await builder.build(environment);
  if (!('on' in watcher)) throw new Error('The bundler does not watch.');
  watcher.on('event', (event) => {
    if (event.code === 'ERROR') console.error(event.error.message);
    if (event.code !== 'END') return;
    waiting.delete(name);
    if (waiting.size === 0) restart();
  });
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => {
    if (child === null) process.exit(0);
    else child.kill(signal);
  });
}
