import { join } from 'node:path';
import { driverName, isPciAddress, readText } from './sysfs.ts';

/**
 * Returns the kernel driver of a PCI device with its version, such as `nvidia 580.95.05`. Drivers of the
 * kernel itself have no version. Null if there is no such device or no driver. It wakes no card.
 *
 * @param root `/sys`, except in tests
 */
export async function pciDriver(address: string, root = '/sys'): Promise<string | null> {
  if (!isPciAddress(address)) return null;
  const name = await driverName(join(root, 'bus/pci/devices', address));
  if (name === null) return null;
  const version = await readText(join(root, 'module', name, 'version'));
  return version === null ? name : `${name} ${version}`;
}
