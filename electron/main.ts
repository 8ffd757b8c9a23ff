/** The desktop's composition root: the core and the desktop shell around it. */
import { join, resolve } from 'node:path';
import { app } from 'electron';
import { resolveConfig } from './core/startup/config.ts';
import { defaultDataDir, makeDataDir } from './core/startup/data-dir.ts';
import { parseFlags } from './core/startup/flags.ts';
import type { Flags } from './core/startup/flags.ts';
import { lockDataDir } from './core/startup/instance-lock.ts';
import { createCore } from './core/core.ts';
import { createLog } from './core/log.ts';
import { catchUnhandled } from './core/unhandled-errors.ts';
import { readCommandLine } from './shell/command-line.ts';
import { startDesktop } from './shell/desktop.ts';
import type { Desktop } from './shell/desktop.ts';
import { startHelper } from './shell/helper-process.ts';
import { quitInOrder } from './shell/lifecycle.ts';
import { desktopProcesses } from './shell/own-processes.ts';
import { registerAppScheme } from './shell/protocol.ts';
import { claimSingleInstance } from './shell/single-instance.ts';
import { failStart } from './shell/start-failure.ts';
import { openDesktopStore } from './shell/store.ts';

app.setName('Tokwatt');
app.setAppUserModelId('dev.tokwatt.app');
registerAppScheme();
// A reader that closes its end (a closed terminal) must not end the application.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

/** What the core gets from Electron. */
const DESKTOP = { startHelper, ownProcesses: desktopProcesses };
const commandLine = readCommandLine(process.argv, process.defaultApp);

async function main(): Promise<void> {
  const { flags: argv } = commandLine;
  const parsed = parseFlags({ argv, version: app.getVersion(), program: 'tokwatt' });
  if (parsed.kind === 'flags') return start(parsed.flags);
  process.stdout.write(parsed.text);
  app.exit(0);
}

/** Sets the folders before the first `await`, because Electron fixes them when it is ready. */
async function start(flags: Flags): Promise<void> {
  const dataDir = resolve(flags.dataDir ?? defaultDataDir(process.platform, process.env));
  setFolders(dataDir);
  let desktop: Desktop | null = null;
  if (!claimSingleInstance(dataDir, () => desktop?.open())) {
    process.stderr.write('tokwatt: already running; its window was brought to the front.\n');
    app.exit(0);
    return;
  }
  // Electron's lock does not cover a headless Tokwatt, which may use the folder too.
  const lock = await lockDataDir(dataDir, { kind: 'desktop', version: app.getVersion() });
  const store = openDesktopStore(dataDir);
  const config = resolveConfig(flags, store.settings.read(), dataDir);
  const log = createLog(flags.logLevel, dataDir);
  for (const note of config.notes) log.info({}, note);
  const version = app.getVersion();
  const core = createCore({ config, store, version, log, logFile: log.file, ...DESKTOP });
  catchUnhandled((error) => core.reportUnhandled(error));
  await app.whenReady();
  const stop = (): Promise<void> => {
    desktop?.close();
    return core.stop();
  };
  quitInOrder({
    stop,
    log,
    onExit: () => {
      lock.release();
      log.flush();
    },
  });
  const ready = await core.start();
  desktop = await startDesktop({
    core,
    log,
    dataDir,
    hidden: commandLine.hidden,
    devOrigin: app.isPackaged ? null : (process.env.TOKWATT_DEV_ORIGIN ?? null),
  });
  process.stdout.write(`${JSON.stringify({ event: 'ready', ...ready })}\n`);
}

function setFolders(dataDir: string): void {
  makeDataDir(dataDir);
  app.setPath('userData', dataDir);
  app.setPath('sessionData', join(dataDir, 'chromium'));
  app.setPath('crashDumps', join(dataDir, 'chromium', 'crashes'));
}

main().catch((error: unknown) => failStart(error, commandLine.flags.length === 0));
