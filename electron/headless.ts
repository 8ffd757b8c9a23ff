#!/usr/bin/env node
/** Composition root for plain Node: the same core without a window. */
import { basename } from 'node:path';
import process from 'node:process';
import Conf from 'conf';
import { version } from '../package.json';
import { resolveConfig } from './core/startup/config.ts';
import { parseFlags } from './core/startup/flags.ts';
import type { Flags } from './core/startup/flags.ts';
import { InheritedSockets } from './core/startup/inherited-sockets.ts';
import { lockDataDir } from './core/startup/instance-lock.ts';
import { isTotalsDocument } from './core/records/totals/checkpoint.ts';
import { PRIVATE_FILE, openStateStore } from './core/startup/state-store.ts';
import type { StateStore } from './core/startup/state-store.ts';
import { settlePaths, workInDataDir } from './core/startup/working-folder.ts';
import { createCore } from './core/core.ts';
import { giveBackPorts } from './core/give-back.ts';
import { linkToGuard } from './core/guard-link.ts';
import { TokwattError } from './core/errors.ts';
import { startNodeHelper } from './core/hardware/child-process/helper-process.ts';
import { createLog } from './core/log.ts';
import { catchUnhandled } from './core/unhandled-errors.ts';

/** Exit status for a wrong flag, a wrong setting or a port in use. */
const EXIT_USAGE = 2;
const EXIT_INTERNAL = 1;
/** Longest time for stop(), milliseconds. After that the process exits in any case. */
const STOP_LIMIT_MS = 4_500;

function openStore(dataDir: string): StateStore {
  return openStateStore(
    dataDir,
    (configName, cwd) =>
      new Conf({ configName, cwd, projectName: 'tokwatt', configFileMode: PRIVATE_FILE }),
    isTotalsDocument,
  );
}

async function giveBack(given: Flags): Promise<void> {
  const { dataDir, flags } = settlePaths(given);
  const log = createLog('warn', null);
  const { text, isDone } = await giveBackPorts({
    ...{ flags, dataDir, kind: 'headless', version, log },
    openStore: () => openStore(dataDir),
  });
  process.stdout.write(text);
  if (!isDone) process.exitCode = EXIT_INTERNAL;
}

async function run(given: Flags): Promise<void> {
  const { dataDir, flags } = settlePaths(given);
  const lock = await lockDataDir(dataDir, { kind: 'headless', version });
  workInDataDir(dataDir);
  const log = createLog(flags.logLevel, dataDir);
  const store = openStore(dataDir);
  const config = resolveConfig(flags, store.settings.read(), dataDir);
  for (const note of config.notes) log.info({}, note);
  const startHelper = startNodeHelper;
  const sockets = new InheritedSockets();
  const core = createCore({ config, store, version, log, logFile: log.file, startHelper, sockets });
  catchUnhandled((error) => core.reportUnhandled(error));
  const ready = await core.start();
  for (const address of sockets.closeRest()) log.warn({ address }, 'an inherited socket is unused');
  await linkToGuard(core, sockets);
  lock.serves(ready.api, () => core.handlers.getApiToken(undefined));
  process.stdout.write(`${JSON.stringify({ event: 'ready', ...ready })}\n`);

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    lock.announceEnd();
    log.info({ signal }, 'stopping');
    const limit = setTimeout(() => leave(0), STOP_LIMIT_MS);
    void core.stop().finally(() => {
      clearTimeout(limit);
      leave(0);
    });
  };
  const leave = (status: number): void => {
    lock.release();
    log.flush();
    process.exit(status);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A service manager asks to reload. Else a terminal is closed: Node resets a hangup that `nohup` ignores, so it would
  // end the process anyway.
  const isService = process.env.TOKWATT_SERVICE === '1';
  process.on('SIGHUP', isService ? () => void core.service.reload() : stop);
}

/**
 * Ends the process after an unexpected error at the start. Parts that already run would keep it
 * alive.
 */
function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exit(EXIT_INTERNAL);
}

/** What the user types: the command that npm installs (on Windows, npm calls its file), or Node with the built file. */
function programName(script: string): string {
  return /^tokwatt(?:\.cjs)?$/.test(basename(script)) ? 'tokwatt' : 'node dist/headless.cjs';
}

async function main(): Promise<void> {
  try {
    const [, script = '', ...argv] = process.argv;
    const program = programName(script);
    if (argv[0] === 'service') {
      const { runService } = await import('./service/service-command.ts');
      const say = (line: string): void => void process.stdout.write(`${line}\n`);
      process.exitCode = runService({ argv: argv.slice(1), version, program, say });
      return;
    }
    const parsed = parseFlags({ argv, version, program });
    if (parsed.kind === 'text') process.stdout.write(parsed.text);
    else if (parsed.flags.giveBack) await giveBack(parsed.flags);
    else await run(parsed.flags);
  } catch (error) {
    if (!(error instanceof TokwattError)) return fail(error);
    process.stderr.write(`tokwatt: ${error.message}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

void main();
