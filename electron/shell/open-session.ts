import { setTimeout as sleep } from 'node:timers/promises';
import { TokwattError } from '../core/errors.ts';
import { DataDirInUse } from '../core/startup/instance-lock.ts';
import { AttachedSession } from './attach/attached-session.ts';
import { findCore } from './attach/find-core.ts';
import { ownSession } from './own-session.ts';
import type { Session, SessionOptions } from './session.ts';

/** How long a start waits for a headless Tokwatt that starts at the same time, as after a login. */
const WAIT_FOR_CORE_MS = 20_000;
const RETRY_MS = 200;

/**
 * Takes the data folder, or finds the headless Tokwatt that has it. Throws a TokwattError if neither is
 * possible.
 */
export async function openSession(options: SessionOptions): Promise<Session> {
  const deadline = performance.now() + WAIT_FOR_CORE_MS;
  for (;;) {
    try {
      return await ownSession(options);
    } catch (error) {
      if (!(error instanceof DataDirInUse) || error.holder?.kind !== 'headless') throw error;
      const found = await findCore(options.dataDir, options.version);
      if (found.kind === 'core') return new AttachedSession(options, found);
      if (found.kind === 'refused') {
        throw new TokwattError('attach', found.reason, { cause: error });
      }
      if (performance.now() > deadline) throw error;
      await sleep(RETRY_MS);
    }
  }
}
