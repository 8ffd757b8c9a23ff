import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runSteps } from './run-steps.ts';

it.skipIf(process.platform === 'win32')(
  'stops at the first command that fails, and says why',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tokwatt-steps-'));
    const file = join(folder, 'log');
    const commands = [
      `echo one >> ${file}`,
      'echo no such unit >&2; exit 5',
      `echo two >> ${file}`,
    ];
    await expect(runSteps([{ kind: 'restart', commands }])).rejects.toThrow(
      /^This command failed: echo no such unit .* \(no such unit\)$/,
    );
    expect(readFileSync(file, 'utf8')).toBe('one\n');
    rmSync(folder, { recursive: true, force: true });
  },
);
