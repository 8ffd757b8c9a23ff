import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sentence } from '../../../shared/sentences.ts';
import type { TakeoverStep } from '../../../shared/takeover.ts';
import { TokwattError } from '../errors.ts';

const run = promisify(execFile);
/** A unit may take as long as systemd's own limit to stop. */
const LIMITS = { timeout: 120_000, maxBuffer: 1_000_000, killSignal: 'SIGKILL' } as const;
/** Longest part of a command's own words in a message. */
const MAX_WORDS = 300;

/**
 * Runs the commands of steps one after the other, as they are shown. Throws a TokwattError with the
 * words of the first that fails.
 */
export async function runSteps(steps: readonly TakeoverStep[]): Promise<void> {
  for (const command of steps.flatMap(({ commands }) => commands)) {
    try {
      await run('/bin/sh', ['-c', command], LIMITS);
    } catch (error) {
      const { stderr = '', message = '' } = error as { stderr?: string; message?: string };
      const words = (stderr.trim() === '' ? message : stderr).trim().slice(0, MAX_WORDS);
      const said = sentence('takeover_command_failed', { command, words });
      throw new TokwattError('takeover', said, { status: 409 });
    }
  }
}
