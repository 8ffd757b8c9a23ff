import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';
import type { Log } from '../core/log.ts';
import { limitAttempts } from './attempts.ts';

/** Deaths of the GPU process within {@link SPAN_MS} after which the next start draws without the GPU. */
const DEATHS = 5;
const SPAN_MS = 60_000;

/**
 * Keeps this process alive however often the GPU process dies. Chromium ends the browser process at its crash limit
 * (`content/browser/gpu/gpu_process_host.cc`), which would cut all traffic. Without the limit Chromium also no longer
 * falls back to drawing in software, so the next start does that. Call this before the application is ready.
 * @param folder where the fallback is remembered
 */
export function keepGpuProcessHarmless(folder: string): void {
  app.commandLine.appendSwitch('disable-gpu-process-crash-limit');
  if (isBroken(folder)) app.disableHardwareAcceleration();
}

/** Remembers that the GPU process dies again and again. */
export function watchGpuProcess(folder: string, log: Log): void {
  const deaths = limitAttempts(DEATHS - 1, SPAN_MS);
  let isTold = false;
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (type !== 'GPU' || reason === 'clean-exit' || deaths.next() || isTold) return;
    isTold = true;
    remember(folder);
    log.warn(
      { reason },
      'the GPU process that draws the window keeps ending; the next start draws without the GPU',
    );
  });
}

/** A new version of Electron may draw again, so the note counts for one version only. */
function isBroken(folder: string): boolean {
  try {
    return readFileSync(noteIn(folder), 'utf8').trim() === process.versions.electron;
  } catch {
    return false;
  }
}

function remember(folder: string): void {
  try {
    writeFileSync(noteIn(folder), `${process.versions.electron}\n`);
  } catch {
    // The next start then tries the GPU again.
  }
}

function noteIn(folder: string): string {
  return join(folder, 'gpu-process-broken');
}
