// @ts-check
/** A desktop around an application that is in another root: a display, a session bus, a window manager. */
import { spawn } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { untilSaid } from '../../screenshots/programs.mjs';
import { capture } from '../../setup/command.mjs';

const limitMs = 60_000;

/** Anyone may use it: the application's user is not the one who started it. */
const busConfiguration = (/** @type {string} */ socket) => `<busconfig>
  <type>session</type>
  <listen>unix:path=${socket}</listen>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
`;

/**
 * @param {string} what
 * @param {() => Promise<boolean>} isThere
 */
export async function until(what, isThere) {
  const deadline = Date.now() + limitMs;
  while (!(await isThere().catch(() => false))) {
    if (Date.now() > deadline) throw new Error(`${what} did not come`);
    await sleep(200);
  }
}

/**
 * Starts it, and names it in this process's environment.
 * @param {string} folder gets the bus's socket, `bus`
 * @returns {Promise<import('node:child_process').ChildProcess[]>} to be ended in this order
 */
export async function startDesktop(folder) {
  const display = spawn('Xvfb', ['-displayfd', '1', '-ac', '-screen', '0', '1400x1000x24'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, number = ''] = await untilSaid(display, /^(\d+)\n/);
  process.env.DISPLAY = `:${number}`;
  const socket = join(folder, 'bus');
  await writeFile(join(folder, 'bus.conf'), busConfiguration(socket));
  const bus = spawn(
    'dbus-daemon',
    ['--nofork', '--print-address', `--config-file=${folder}/bus.conf`],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  await untilSaid(bus, /unix:path=/);
  await chmod(socket, 0o777);
  process.env.DBUS_SESSION_BUS_ADDRESS = `unix:path=${socket}`;
  const windows = spawn('openbox', [], { stdio: 'ignore' });
  return [windows, bus, display];
}

/**
 * Takes pictures until there is something on it.
 * @param {string} picture
 */
export async function photograph(picture) {
  await sleep(2_000);
  await until('a window', async () => {
    await capture('import', ['-window', 'root', picture]);
    return (await readFile(picture)).length > 40_000;
  });
}
