import { app } from 'electron';
import { giveBackPorts } from '../core/give-back.ts';
import { createLog } from '../core/log.ts';
import type { Flags } from '../core/startup/flags.ts';
import { openDesktopStore } from './store.ts';

/**
 * Gives all ports back that were taken over, for uninstallers, and ends the process: with status 0 if everything is as
 * it was. Opens no window.
 */
export async function giveBackAndLeave(flags: Flags, dataDir: string): Promise<void> {
  // The keys of servers are encrypted by the system, which the application can use when it is ready.
  await app.whenReady();
  const { text, isDone } = await giveBackPorts({
    ...{ flags, dataDir, kind: 'desktop', version: app.getVersion(), log: createLog('warn', null) },
    openStore: () => openDesktopStore(dataDir),
  });
  process.stdout.write(text);
  app.exit(isDone ? 0 : 1);
}
