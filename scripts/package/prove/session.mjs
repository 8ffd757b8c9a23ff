// @ts-check
/**
 * One run of an installed Tokwatt: in front of a real llama-server, with a display, a session bus and a tray around it
 * that are not in its root. `prove.mjs` starts it in a network of its own, with what it needs as JSON, and reads what it
 * prints as JSON.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { end, serveModels, untilSaid } from '../../screenshots/programs.mjs';
import { provideLlamaServer } from '../../setup/llama-server.mjs';
import { confinement } from './confinement.mjs';
import { photograph, startDesktop, until } from './desktop.mjs';
import { inRoot } from './root.mjs';
import { serverPort, startServer, takeOver } from './take-over.mjs';
import { openTray } from './tray.mjs';

/**
 * @typedef {object} Session
 * @property {import('./root.mjs').Root} root
 * @property {string} user of the root
 * @property {string[]} command that starts Tokwatt, in the root
 * @property {string} picture where the screen is stored
 * @property {boolean} changesSettings
 * @property {boolean} takesPort takes a port over and leaves it so
 *
 * @typedef {object} Seen
 * @property {string} version
 * @property {number} requests of all time, in the totals
 * @property {number} tokens of all time
 * @property {number} rows in the ledger
 * @property {string} hours the setting of clock times
 * @property {number} iconSize pixels
 * @property {string[]} menu the lines of the tray's menu
 * @property {string} sandbox how the page's process is confined, and by whom
 * @property {number | null} status of the end that was chosen in the tray
 * @property {number | null} takenPort
 *
 * @typedef {{ api: string, proxies: { url: string }[] }} Ready
 * @typedef {{ version: string, totals: { requests: number, input_tokens: number, output_tokens: number } }} Usage
 */

const ports = ['--proxy-port', '0', '--api-port', '0'];

/**
 * @param {Session} session
 * @param {string} upstream
 */
function startTokwatt({ root, user, command, takesPort }, upstream) {
  const env = [
    ...[`DISPLAY=${process.env.DISPLAY}`, 'DBUS_SESSION_BUS_ADDRESS=unix:path=/run/outside/bus'],
    ...[`HOME=/home/${user}`, 'PATH=/usr/bin:/bin', 'LANG=C.UTF-8'],
    ...(takesPort ? [`OLLAMA_BASE_URL=http://127.0.0.1:${serverPort}`] : []),
  ];
  const flags = takesPort ? ports.slice(2) : ['--upstream', `llama=${upstream}`, ...ports];
  const line = ['env', '-i', ...env, ...command, ...flags];
  const [program, args] = inRoot(root, [
    'setpriv',
    `--reuid=${user}`,
    `--regid=${user}`,
    '--init-groups',
    ...line,
  ]);
  return spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

/** @param {string} proxy */
async function chat(proxy) {
  const body = { model: 'chat', messages: [{ role: 'user', content: 'Tell me about meters.' }] };
  const answer = await fetch(`${proxy}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...body, max_tokens: 24 }),
  });
  if (!answer.ok) throw new Error(`the proxy answered ${answer.status}: ${await answer.text()}`);
  const { usage } = /** @type {{ usage: { total_tokens: number } }} */ (await answer.json());
  return usage.total_tokens;
}

/**
 * @param {Session} session
 * @param {string} api
 * @param {string} path
 * @param {'GET' | 'PATCH' | 'POST'} [method]
 * @param {object} [body]
 * @returns {Promise<unknown>}
 */
async function ask({ root, user }, api, path, method = 'GET', body) {
  const data = join(root.folder, 'home', user, '.config', 'Tokwatt');
  const token = (await readFile(join(data, 'api-token'), 'utf8')).trim();
  const answer = await fetch(`${api}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
}

/**
 * @param {Session} session
 * @param {string} api
 */
async function readRecords(session, api) {
  const [usage, stored, settings] = await Promise.all(
    ['/api/usage', '/api/data/summary', '/api/settings'].map((path) => ask(session, api, path)),
  );
  const { version, totals } = /** @type {Usage} */ (usage);
  const { activity } = /** @type {{ activity: { rows: number } }} */ (stored);
  const { appearance } = /** @type {{ appearance: { hours: string } }} */ (settings);
  return {
    version,
    requests: totals.requests,
    tokens: totals.input_tokens + totals.output_tokens,
    rows: activity.rows,
    hours: appearance.hours,
  };
}

/**
 * Sends one exchange, and waits until it is in the totals and in the ledger.
 * @param {Session} session
 * @param {Ready} ready
 */
async function meterOne(session, { api, proxies }) {
  const before = await readRecords(session, api);
  await chat(proxies[0]?.url ?? '');
  await until('the exchange in the ledger', async () => {
    const now = await readRecords(session, api);
    return now.rows > before.rows && now.tokens > before.tokens;
  });
}

/**
 * @param {Session} session
 * @param {string} upstream
 * @returns {Promise<Seen>}
 */
async function run(session, upstream) {
  const tray = await openTray();
  const first = session.takesPort ? await startServer() : null;
  /** @type {import('node:child_process').ChildProcess[]} */
  const servers = first === null ? [] : [first];
  const app = startTokwatt(session, upstream);
  const gone = new Promise((resolve) => app.once('exit', (status) => resolve(status)));
  try {
    const [line] = await untilSaid(app, /\{"event":"ready".*\}/);
    const ready = /** @type {Ready} */ (JSON.parse(line));
    let takenPort = null;
    if (first !== null) {
      const taken = await takeOver(first, (...words) => ask(session, ready.api, ...words));
      takenPort = taken.port;
      servers.push(...taken.servers);
    } else await meterOne(session, ready);
    if (session.changesSettings) {
      await ask(session, ready.api, '/api/settings', 'PATCH', { appearance: { hours: 'h12' } });
    }
    await until('the icon in the tray', async () => tray.hasIcon && (await tray.iconSize()) > 0);
    const sandbox = await confinement(app.pid ?? 0);
    await photograph(session.picture);
    const seen = {
      ...(await readRecords(session, ready.api)),
      ...{ iconSize: await tray.iconSize(), sandbox, takenPort },
      menu: (await tray.menu()).map(({ label }) => label),
    };
    await tray.choose('Quit');
    const status = /** @type {number | null} */ (await Promise.race([gone, sleep(20_000, null)]));
    return { ...seen, status };
  } finally {
    for (const child of [app, ...servers]) await end(child);
    tray.close();
  }
}

async function main() {
  const session = /** @type {Session} */ (JSON.parse(process.argv[2] ?? ''));
  const llama = await provideLlamaServer({ log: (line) => process.stderr.write(`${line}\n`) });
  if (!llama.available) throw new Error(llama.reason);
  const desktop = await startDesktop(session.root.outside);
  const server = await serveModels(llama);
  try {
    process.stdout.write(`${JSON.stringify(await run(session, server.url))}\n`);
  } finally {
    await server.stop();
    for (const child of desktop) await end(child);
  }
}

await main().catch((/** @type {unknown} */ error) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
process.exit(0);
