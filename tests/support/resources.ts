/** Counts what a running Tokwatt holds: listeners, sockets, timers. Needs signals, so not on Windows. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import type { Headless } from './headless.ts';

const PROBE = pathToFileURL(join(import.meta.dirname, 'resource-probe.mjs')).href;
/** Longer than the pause between two checks of an upstream and than idle connections are kept. */
const WATCHED_MS = 8_000;

/** How many there are of each type of `async_hooks`. */
export type ResourceCounts = Readonly<Record<string, number>>;

/** The environment of a Tokwatt whose resources are to be counted; `file` takes the counts. */
export function probed(file: string): Readonly<Record<string, string>> {
  return { NODE_OPTIONS: `--import=${PROBE}`, RESOURCE_PROBE: file };
}

/** The fewest of each type within some seconds: what checks and saving need for a moment comes and goes. */
export async function restingResources(tokwatt: Headless, file: string): Promise<ResourceCounts> {
  const end = performance.now() + WATCHED_MS;
  let fewest = await resources(tokwatt, file);
  while (performance.now() < end) {
    await sleep(50);
    const counts = await resources(tokwatt, file);
    fewest = Object.fromEntries(
      Object.entries(counts).map(([type, count]) => [type, Math.min(count, fewest[type] ?? 0)]),
    );
  }
  return fewest;
}

async function resources(tokwatt: Headless, file: string): Promise<ResourceCounts> {
  const before = read(file).written;
  tokwatt.process.kill('SIGUSR2');
  for (let tries = 0; tries < 1_000; tries += 1) {
    const { written, counts } = read(file);
    if (written > before) return counts;
    await sleep(5);
  }
  throw new Error('The probe did not answer.');
}

function read(file: string): { readonly written: number; readonly counts: ResourceCounts } {
  if (!existsSync(file)) return { written: 0, counts: {} };
  return JSON.parse(readFileSync(file, 'utf8')) as { written: number; counts: ResourceCounts };
}
