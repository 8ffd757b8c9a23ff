import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';

const PCI_ADDRESS = /^[0-9a-f]{4}:([0-9a-f]{2}:[0-9a-f]{2}\.[0-7])$/i;

/**
 * The device folders of all graphics cards, ordered by number: `<root>/card<N>/device`. Connectors
 * (`card0-DP-1`) and render nodes are left out. `root` is `/sys/class/drm`, except in tests.
 */
export async function graphicsDevices(root: string): Promise<string[]> {
  const names = await readdir(root).catch(() => [] as string[]);
  return names
    .filter((name) => /^card\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
    .map((card) => join(root, card, 'device'));
}

/** True for a full PCI address, such as `0000:03:00.0`. */
export function isPciAddress(text: string): boolean {
  return PCI_ADDRESS.test(text);
}

/**
 * True if the kernel has put the device to sleep. Reading the sensors of a sleeping card wakes it, so
 * this must be asked first; it does not wake it itself.
 */
export async function isAsleep(device: string): Promise<boolean> {
  return (await readText(join(device, 'power', 'runtime_status'))) === 'suspended';
}

/** The name of the driver that a device folder links to; null if it has none. */
export async function driverName(device: string): Promise<string | null> {
  return realpath(join(device, 'driver')).then(basename, () => null);
}

/** The PCI address that a device folder links to (`0000:03:00.0`), or null. */
export async function pciAddress(device: string): Promise<string | null> {
  const address = await realpath(device).then(basename, () => '');
  return PCI_ADDRESS.test(address) ? address.toLowerCase() : null;
}

/** The device's hardware monitoring folders (`hwmon/hwmon<N>`), ordered by name. */
export async function hwmonFolders(device: string): Promise<string[]> {
  const names = await readdir(join(device, 'hwmon')).catch(() => [] as string[]);
  return names
    .filter((name) => name.startsWith('hwmon'))
    .sort()
    .map((name) => join(device, 'hwmon', name));
}

/** A file's trimmed text; null if it is absent, empty or unreadable (a sleeping card). */
export async function readText(path: string): Promise<string | null> {
  const content = await readFile(path, 'utf8').catch(() => '');
  return content.trim() || null;
}

/** A binary file's content; null if it is absent or unreadable. */
export function readBytes(path: string): Promise<Buffer | null> {
  return readFile(path).catch(() => null);
}

/** A file's whole number; null if it has none. */
export async function readInteger(path: string): Promise<number | null> {
  const content = await readText(path);
  return content !== null && /^-?\d+$/.test(content) ? Number(content) : null;
}

/** A value in a larger unit; null stays null. */
export function scaled(value: number | null, divisor: number): number | null {
  return value === null ? null : value / divisor;
}
