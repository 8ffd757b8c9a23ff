import { join } from 'node:path';

/** Where the library may be. A name without a folder is searched for by the system. */
export function nvmlPaths(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): string[] {
  if (platform === 'win32') {
    const system = join(env.SystemRoot ?? 'C:\\Windows', 'System32', 'nvml.dll');
    const older = join(env.ProgramFiles ?? 'C:\\Program Files', 'NVIDIA Corporation', 'NVSMI');
    return [system, join(older, 'nvml.dll')];
  }
  // WSL and NixOS have it outside the usual search path.
  const file = 'libnvidia-ml.so.1';
  return [file, `/usr/lib/wsl/lib/${file}`, `/run/opengl-driver/lib/${file}`];
}
