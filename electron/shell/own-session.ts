import { createCore } from '../core/core.ts';
import { createLog } from '../core/log.ts';
import { resolveConfig } from '../core/startup/config.ts';
import { lockDataDir } from '../core/startup/instance-lock.ts';
import type { Session, SessionOptions } from './session.ts';
import { openDesktopStore } from './store.ts';

/**
 * Creates a core in this process, which gets the data folder for itself. Throws `DataDirInUse` if
 * another process has it.
 */
export async function ownSession(options: SessionOptions): Promise<Session> {
  const { flags, dataDir, version, startHelper, ownProcesses } = options;
  const lock = await lockDataDir(dataDir, { kind: 'desktop', version });
  const store = openDesktopStore(dataDir);
  const config = resolveConfig(flags, store.settings.read(), dataDir);
  const log = createLog(flags.logLevel, dataDir);
  for (const note of config.notes) log.info({}, note);
  const core = createCore({
    ...{ config, store, version, log, logFile: log.file, startHelper, ownProcesses },
  });
  return {
    core,
    log,
    start: async () => {
      const ready = await core.start();
      lock.serves(ready.api, () => core.handlers.getApiToken(undefined));
      return ready;
    },
    startHere: () => Promise.resolve(),
    announceEnd: () => lock.announceEnd(),
    close: () => {
      lock.release();
      log.flush();
    },
  };
}
