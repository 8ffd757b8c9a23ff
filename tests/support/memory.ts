/** Measures the memory of another process with the kernel's counters. */
import { readFileSync, writeFileSync } from 'node:fs';

/** Why memory cannot be measured here, as the reason of a skipped test; null if it can. */
export function memoryReason(): string | null {
  return process.platform === 'linux' ? null : 'the peak is read from /proc, which is Linux only';
}

/** Starts to record the peak. The returned function gives its distance from the start in bytes. */
export function watchPeak(pid: number): () => number {
  // Makes the kernel reset the peak.
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
  const before = statusOf(pid, 'VmRSS');
  return () => statusOf(pid, 'VmHWM') - before;
}

function statusOf(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  if (kib === undefined) throw new Error(`/proc/${pid}/status has no ${field}`);
  return Number(kib) * 1024;
}
