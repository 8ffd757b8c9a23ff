import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { PcieLink } from '../../../../shared/gpu.ts';
import { isPciAddress, readInteger, readText } from './sysfs.ts';

/** GT/s of a lane by PCIe generation, from 1 on. */
const SPEEDS = [2.5, 5, 8, 16, 32, 64];
const BRIDGE = '0x0604';

/**
 * The PCIe link between a card and its slot, from sysfs. Graphics cards of AMD and Intel have a
 * switch of their own, behind which the link is always as wide and fast as it can be (AMD) or shown as
 * the slowest (Intel). The link to the slot is that of the switch's upper port, two levels above the
 * GPU. Null if the files are missing, as for a GPU inside the processor.
 *
 * Source: "current_link_speed" in Documentation/ABI/testing/sysfs-bus-pci; amdgpu itself skips its own
 * bridges the same way (`amdgpu_device_partner_bandwidth`).
 */
export async function readPcieLink(device: string, vendor: string): Promise<PcieLink | null> {
  const gpu = await realpath(device).catch(() => null);
  if (gpu === null) return null;
  const port = (await upperPort(gpu, vendor)) ?? gpu;
  const [speed, width, maxSpeed, maxWidth] = await linkFiles(port);
  const generation = generationOf(speed);
  if (generation === null || width === null || width === 0) return null;
  const [, , slotSpeed, slotWidth] = await linkFiles(dirname(port));
  return {
    generation,
    width,
    maxGeneration: lower(generationOf(maxSpeed), generationOf(slotSpeed)),
    maxWidth: lower(maxWidth, slotWidth),
  };
}

/** The generation in a text such as `16.0 GT/s PCIe` or `2.5 GT/s`; null for any other text. */
export function generationOf(speed: string | null): number | null {
  const gigatransfers = /^(\d+(?:\.\d+)?) GT\/s/.exec(speed ?? '')?.[1];
  const index = SPEEDS.indexOf(Number(gigatransfers));
  return index === -1 ? null : index + 1;
}

/** The upper port of the card's own switch; null if the card has none. */
async function upperPort(gpu: string, vendor: string): Promise<string | null> {
  const lower = dirname(gpu);
  const upper = dirname(lower);
  // Above the upper port comes at least the root port, which belongs to the board.
  const chain = [lower, upper, dirname(upper)];
  if (!chain.every((folder) => isPciAddress(basename(folder)))) return null;
  for (const port of [lower, upper]) {
    const isOwn = (await readText(join(port, 'vendor'))) === vendor;
    const type = await readText(join(port, 'class'));
    if (!isOwn || !(type ?? '').startsWith(BRIDGE)) return null;
  }
  return upper;
}

function linkFiles(
  folder: string,
): Promise<[string | null, number | null, string | null, number | null]> {
  return Promise.all([
    readText(join(folder, 'current_link_speed')),
    readInteger(join(folder, 'current_link_width')),
    readText(join(folder, 'max_link_speed')),
    readInteger(join(folder, 'max_link_width')),
  ]);
}

function lower(own: number | null, other: number | null): number | null {
  return own === null || other === null ? own : Math.min(own, other);
}
