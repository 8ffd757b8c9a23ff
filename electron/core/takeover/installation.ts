import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import type { Installation } from '../../../shared/takeover.ts';

/** The unit of Ollama's own installer, and where packages put theirs. */
const SYSTEM_UNITS = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];
const UNIT = 'ollama.service';

/** How a server on this machine is started, as far as its files tell. Only Ollama's are known. */
export async function installationOf(kind: string | null): Promise<Installation> {
  if (kind !== 'ollama') return 'process';
  const { platform, env } = process;
  if (platform === 'linux') {
    const own = env.XDG_CONFIG_HOME ?? join(homedir(), '.config');
    if (await exists(join(own, 'systemd/user', UNIT))) return 'systemd-user';
    const units = await Promise.all(SYSTEM_UNITS.map((folder) => exists(join(folder, UNIT))));
    return units.includes(true) ? 'systemd' : 'process';
  }
  if (platform === 'darwin') {
    return (await exists('/Applications/Ollama.app')) ? 'macos' : 'process';
  }
  const program = join(env.LOCALAPPDATA ?? '', 'Programs', 'Ollama', 'ollama app.exe');
  return platform === 'win32' && (await exists(program)) ? 'windows' : 'process';
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
