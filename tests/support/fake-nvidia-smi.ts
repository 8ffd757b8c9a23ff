/** A script in place of nvidia-smi, which runs as a real child process. */
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createNvidiaSmiSource } from '../../electron/core/hardware/nvidia/nvidia-smi.ts';
import type { GpuSource } from '../../electron/core/hardware/source.ts';

/** A line of its output for one card. */
export const NVIDIA_LINE =
  '0, GPU-7, 12, 100, 8192, 40, 55.00, 55.00, 55.50, 300.00, 300.00, 8.9, 00000000:01:00.0, NVIDIA L4';

/** A source over a shell script; `$run` counts its starts from 1. `folder` gets its files. */
export async function fakeNvidiaSmi(folder: string, script: string): Promise<GpuSource> {
  const path = join(folder, 'nvidia-smi');
  const count = `echo x >> ${folder}/runs; run=$(wc -l < ${folder}/runs)`;
  await writeFile(path, `#!/bin/sh\n${count}\n${script}\n`);
  await chmod(path, 0o755);
  return createNvidiaSmiSource({ path, slowDownMs: 10 });
}
