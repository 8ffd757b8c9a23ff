/** Composition root for plain Node: the same core without a window. */
import { resolve } from 'node:path';
import process from 'node:process';
import Conf from 'conf';
import { version } from '../package.json';
import { resolveConfig } from './core/startup/config.ts';
import { defaultDataDir } from './core/startup/data-dir.ts';
import { parseFlags } from './core/startup/flags.ts';
import type { Flags } from './core/startup/flags.ts';
import { lockDataDir } from './core/startup/instance-lock.ts';
import { isTotalsDocument } from './core/records/totals/checkpoint.ts';
import { PRIVATE_FILE, openStateStore } from './core/startup/state-store.ts';
import { createCore } from './core/core.ts';
import { TokwattError } from './core/errors.ts';
import { startNodeHelper } from './core/hardware/child-process/helper-process.ts';
import { createLog } from './core/log.ts';
import { catchUnhandled } from './core/unhandled-errors.ts';

/** Exit status for a wrong flag, a wrong setting or a port in use. */
const EXIT_USAGE = 2;
const EXIT_INTERNAL = 1;
/** Longest time for stop(), milliseconds. After that the process exits in any case. */
const STOP_LIMIT_MS = 4_500;

async function run(flags: Flags): Promise<void> {
  const dataDir = resolve(flags.dataDir ?? defaultDataDir(process.platform, process.env));
  const lock = await lockDataDir(dataDir, { kind: 'headless', version });
  const log = createLog(flags.logLevel, dataDir);
  const store = openStateStore(
    dataDir,
    (configName, cwd) =>
      new Conf({ configName, cwd, projectName: 'tokwatt', configFileMode: PRIVATE_FILE }),
    isTotalsDocument,
  );
  const config = resolveConfig(flags, store.settings.read(), dataDir);
  for (const note of config.notes) log.info({}, note);
  const startHelper = startNodeHelper;
  const core = createCore({ config, store, version, log, logFile: log.file, startHelper });
  catchUnhandled((error) => core.reportUnhandled(error));
  const ready = await core.start();
  process.stdout.write(`${JSON.stringify({ event: 'ready', ...ready })}\n`);

  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
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
}

/**
 * Ends the process after an unexpected error at the start. Parts that already run would keep it
 * alive.
 */
function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? String(error.stack) : String(error)}\n`);
  process.exit(EXIT_INTERNAL);
}

async function main(): Promise<void> {
  try {
    const program = 'node dist/headless.cjs';
    const parsed = parseFlags({ argv: process.argv.slice(2), version, program });
    if (parsed.kind === 'text') process.stdout.write(parsed.text);
    else await run(parsed.flags);
  } catch (error) {
    if (!(error instanceof TokwattError)) return fail(error);
    process.stderr.write(`tokwatt: ${error.message}\n`);
    process.exitCode = EXIT_USAGE;
  }
}

void main();
