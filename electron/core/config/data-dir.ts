import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * Where Tokwatt keeps its files when nothing else is said: the folder that Electron would choose
 * for an application called Tokwatt, so that desktop and headless share their totals.
 */
export function defaultDataDir(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Tokwatt');
  if (platform === 'win32') {
    return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Tokwatt');
  }
  const configured = env.XDG_CONFIG_HOME;
  const base = configured === undefined || configured === '' ? '.config' : configured;
  return join(base === '.config' ? join(homedir(), base) : base, 'Tokwatt');
}
