// @ts-check
/**
 * The tray as a user sees it: the real desktop, with the panel of Xfce as the host of its icon, and its menu opened by
 * a click. Runs inside a display and a session bus of its own, with a folder for settings of its own; `tray.mjs` starts
 * it with what it needs as JSON.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { sessionBus } from 'dbus-next';
import { capture, lastWords } from '../setup/command.mjs';
import { projectRoot } from '../setup/project.mjs';
import { end, plainEnvironment } from './programs.mjs';
import { sendTraffic } from './traffic.mjs';

/**
 * @typedef {object} Session
 * @property {string} electron
 * @property {string} upstream
 * @property {string} dataDir
 * @property {number} trafficMs
 * @property {string} picture where the whole screen is stored
 */

const WATCHER = 'org.kde.StatusNotifierWatcher';
const START_LIMIT_MS = 30_000;
/** A menu is drawn, and its figures have followed the traffic. */
const SHOWN_MS = 2_500;

/** The end of the panel, and downwards as far as the menu reaches. */
const CUT = ['-crop', '700x1200+0+0', '+repage', '-trim', '+repage'];

/** A panel at the top: room, the tray, a clock. The scheme is Xfce's own, not one of Tokwatt. */
const PANEL = `<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="size" type="uint" value="30"/>
      <property name="icon-size" type="uint" value="20"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/><value type="int" value="3"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
      <property name="icon-size" type="uint" value="20"/>
    </property>
    <property name="plugin-3" type="string" value="clock">
      <property name="digital-layout" type="uint" value="3"/>
    </property>
  </property>
</channel>
`;

function startPanel() {
  const folder = join(process.env.XDG_CONFIG_HOME ?? '', 'xfce4', 'xfconf', 'xfce-perchannel-xml');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'xfce4-panel.xml'), PANEL);
  return spawn('xfce4-panel', ['--disable-wm-check'], { stdio: 'ignore' });
}

/**
 * @param {import('dbus-next').MessageBus} bus
 * @param {string} property
 * @returns {Promise<unknown>}
 */
async function watcher(bus, property) {
  const proxy = await bus.getProxyObject(WATCHER, '/StatusNotifierWatcher');
  const properties = proxy.getInterface('org.freedesktop.DBus.Properties');
  const answer = /** @type {{ value: unknown }} */ (await properties.Get?.(WATCHER, property));
  return answer.value;
}

/**
 * @param {string} what
 * @param {() => Promise<boolean>} isThere
 */
async function until(what, isThere) {
  const deadline = Date.now() + START_LIMIT_MS;
  while (!(await isThere().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await sleep(200);
  }
}

/** @returns {Promise<number>} a port that was free just now */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

/**
 * @param {Session} session
 * @param {number} port
 */
function startDesktop({ electron, upstream, dataDir }, port) {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const ports = ['--proxy-port', String(port), '--api-port', '0'];
  const flags = ['--upstream', `llama=${upstream}`, '--data-dir', dataDir, '--hidden'];
  return spawn(electron, [...root, projectRoot, ...flags, ...ports], {
    env: plainEnvironment(),
    stdio: 'ignore',
  });
}

/**
 * @param {string} command
 * @param {readonly string[]} args
 */
async function step(command, args) {
  const outcome = await capture(command, args);
  if (outcome.code !== 0) throw new Error(`${command} ${args.join(' ')}: ${lastWords(outcome)}`);
  return outcome.stdout;
}

const xdotool = (/** @type {readonly string[]} */ args) => step('xdotool', args);

/** Opens the menu with the right button, as on every desktop that has a menu there. */
async function clickIcon() {
  const [id] = (await xdotool(['search', '--class', 'wrapper-2.0'])).trim().split('\n').slice(-1);
  const place = await xdotool(['getwindowgeometry', '--shell', id ?? '']);
  const number = (/** @type {string} */ name) => {
    return Number(new RegExp(`^${name}=(\\d+)$`, 'm').exec(place)?.[1]);
  };
  const x = number('X') + number('WIDTH') / 2;
  const y = number('Y') + number('HEIGHT') / 2;
  await xdotool(['mousemove', String(Math.round(x)), String(Math.round(y)), 'click', '3']);
  // Away from the icon, whose tooltip would cover the menu.
  await sleep(300);
  await xdotool(['mousemove', '10', '1190']);
}

/** @param {Session} session */
async function main(session) {
  const bus = sessionBus();
  const panel = startPanel();
  const stop = new AbortController();
  /** @type {import('node:child_process').ChildProcess | null} */
  let desktop = null;
  try {
    await until('the panel', async () => {
      return (await watcher(bus, 'IsStatusNotifierHostRegistered')) === true;
    });
    // Only now: a display forgets its background when its only client leaves.
    await step('xsetroot', ['-solid', '#4a5a68']);
    const port = await freePort();
    desktop = startDesktop(session, port);
    const proxy = `http://127.0.0.1:${port}`;
    await until('the icon in the tray', async () => {
      const items = await watcher(bus, 'RegisteredStatusNotifierItems');
      return Array.isArray(items) && items.length > 0;
    });
    await until('the proxy', async () => (await fetch(`${proxy}/health`)).ok);
    const sent = sendTraffic(proxy, stop.signal);
    await Promise.race([sleep(session.trafficMs), sent]);
    await clickIcon();
    await sleep(SHOWN_MS);
    await step('import', ['-window', 'root', '-gravity', 'NorthEast', ...CUT, session.picture]);
  } finally {
    stop.abort();
    if (desktop !== null) await end(desktop);
    await end(panel);
    bus.disconnect();
  }
}

await main(/** @type {Session} */ (JSON.parse(process.argv[2] ?? '')));
process.exit(0);
