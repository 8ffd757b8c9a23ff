/** The desktop's composition root: a core, its own or a headless one, and the desktop shell around it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import { makeDataDir } from './core/startup/data-dir.ts';
import { parseFlags } from './core/startup/flags.ts';
import type { Flags } from './core/startup/flags.ts';
import { settlePaths, workInDataDir } from './core/startup/working-folder.ts';
import { catchUnhandled } from './core/unhandled-errors.ts';
import { readCommandLine } from './shell/command-line.ts';
import { startDesktop } from './shell/desktop.ts';
import type { Desktop } from './shell/desktop.ts';
import { giveBackAndLeave } from './shell/give-back.ts';
import { keepGpuProcessHarmless, watchGpuProcess } from './shell/gpu-process.ts';
import { startHelper } from './shell/helper-process.ts';
import { followSleep, quitInOrder } from './shell/lifecycle.ts';
import { claimLinks, receiveLinks } from './shell/links.ts';
import { wasOpenedAtLogin } from './shell/login-item.ts';
import { openSession } from './shell/open-session.ts';
import { desktopProcesses } from './shell/own-processes.ts';
import { registerAppScheme } from './shell/protocol.ts';
import { allowShortcutsOnWayland } from './shell/shortcuts.ts';
import { claimSingleInstance } from './shell/single-instance.ts';
import type { Session } from './shell/session.ts';
import { failStart } from './shell/start-failure.ts';

app.setName('Tokwatt');
app.setAppUserModelId('dev.tokwatt.app');
registerAppScheme();
allowShortcutsOnWayland();
// A reader that closes its end (a closed terminal) must not end the application.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/** What the core gets from Electron. */
const DESKTOP = { startHelper, ownProcesses: desktopProcesses };
const commandLine = readCommandLine(process.argv, process.defaultApp);
const links = receiveLinks(commandLine.link);

async function main(): Promise<void> {
  const { flags: argv } = commandLine;
  const parsed = parseFlags({ argv, version: app.getVersion(), program: 'tokwatt' });
  if (parsed.kind === 'flags') {
    return parsed.flags.giveBack === true ? giveBack(parsed.flags) : start(parsed.flags);
  }
  process.stdout.write(parsed.text);
  app.exit(0);
}

/** For uninstallers. A folder that is not there has no ports to give back, and is not made. */
function giveBack(given: Flags): Promise<void> {
  const { dataDir, flags } = settlePaths(given);
  if (existsSync(dataDir)) setFolders(dataDir);
  return giveBackAndLeave(flags, dataDir);
}

/** Sets the folders before the first `await`, because Electron fixes them when it is ready. */
async function start(given: Flags): Promise<void> {
  const { dataDir, flags } = settlePaths(given);
  setFolders(dataDir);
  workInDataDir(dataDir);
  keepGpuProcessHarmless(chromiumDir(dataDir));
  let desktop: Desktop | null = null;
  if (!claimSingleInstance(dataDir, (argv) => links.receiveFrom(argv, () => desktop?.open()))) {
    process.stderr.write('tokwatt: already running; its window was brought to the front.\n');
    app.exit(0);
    return;
  }
  const version = app.getVersion();
  const session = await openSession({ flags, dataDir, version, ...DESKTOP });
  const { core, log } = session;
  catchUnhandled((error) => core.reportUnhandled(error));
  watchGpuProcess(chromiumDir(dataDir), log);
  await app.whenReady();
  let ended: Desktop | null = null;
  const stop = (): Promise<void> => {
    session.announceEnd();
    desktop?.close();
    ended = desktop;
    desktop = null;
    return core.stop();
  };
  const mayQuit = (): Promise<boolean> => desktop?.mayQuit() ?? Promise.resolve(true);
  quitInOrder({
    mayQuit,
    stop,
    log,
    onExit: () => {
      session.close();
      return ended?.finish() ?? false;
    },
  });
  const ready = await session.start();
  desktop = showDesktop(session, dataDir, (address) => desktop?.open(address));
  process.stdout.write(`${JSON.stringify({ event: 'ready', ...ready })}\n`);
}

/** Shows the started core, with the page of the link that started Tokwatt. `open` shows those of later links. */
function showDesktop(session: Session, dataDir: string, open: (address: string) => void): Desktop {
  const { core, log } = session;
  claimLinks();
  followSleep(core.sleep);
  const address = links.deliver(open, log);
  return startDesktop({
    ...{ core, log, dataDir, address },
    startHere: () => session.startHere(),
    hidden: address === null && (commandLine.hidden || wasOpenedAtLogin()),
    devOrigin: app.isPackaged ? null : (process.env.TOKWATT_DEV_ORIGIN ?? null),
  });
}

function setFolders(dataDir: string): void {
  makeDataDir(dataDir);
  app.setPath('userData', dataDir);
  app.setPath('sessionData', chromiumDir(dataDir));
  app.setPath('crashDumps', join(chromiumDir(dataDir), 'crashes'));
}

function chromiumDir(dataDir: string): string {
  return join(dataDir, 'chromium');
}

main().catch((error: unknown) => failStart(error, commandLine.flags.length === 0));
