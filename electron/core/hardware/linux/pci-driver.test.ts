import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { pciDriver } from './pci-driver.ts';

const ADDRESS = '0000:01:00.0';
let root: string;

describe.skipIf(process.platform === 'win32')('the driver of a PCI device', () => {
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tokwatt-driver-'));
    const device = join(root, 'bus/pci/devices', ADDRESS);
    mkdirSync(device, { recursive: true });
    mkdirSync(join(root, 'bus/pci/drivers/nvidia'), { recursive: true });
    symlinkSync('../../drivers/nvidia', join(device, 'driver'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('is named with its version where it has one', async () => {
    expect(await pciDriver(ADDRESS, root)).toBe('nvidia');
    mkdirSync(join(root, 'module/nvidia'), { recursive: true });
    writeFileSync(join(root, 'module/nvidia/version'), '580.95.05\n');
    expect(await pciDriver(ADDRESS, root)).toBe('nvidia 580.95.05');
  });

  it('is unknown for another device, and for text that is no address', async () => {
    expect(await pciDriver('0000:02:00.0', root)).toBeNull();
    expect(await pciDriver('../../module', root)).toBeNull();
  });
});
