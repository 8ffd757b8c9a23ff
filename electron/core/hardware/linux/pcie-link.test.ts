import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseClockLevels } from '../amd/amdgpu-details.ts';
import { generationOf, readPcieLink } from './pcie-link.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'tokwatt-pcie-'));
});

afterEach(() => rm(root, { recursive: true, force: true }));

interface Port {
  readonly address: string;
  readonly vendor: string;
  readonly link?: readonly [speed: string, width: string, maxSpeed: string, maxWidth: string];
}

/** A chain of PCI devices, the outermost first. Returns a link to the last one, as `card0/device` is. */
async function chain(...ports: readonly Port[]): Promise<string> {
  let folder = join(root, 'pci0000:00');
  for (const { address, vendor, link } of ports) {
    folder = join(folder, address);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'vendor'), `${vendor}\n`);
    await writeFile(
      join(folder, 'class'),
      address === ports.at(-1)?.address ? '0x030000' : '0x060400',
    );
    const names = ['current_link_speed', 'current_link_width', 'max_link_speed', 'max_link_width'];
    for (const [index, name] of names.entries()) {
      if (link !== undefined) await writeFile(join(folder, name), `${link[index]}\n`);
    }
  }
  const device = join(root, 'device');
  await symlink(folder, device);
  return device;
}

const AMD = '0x1002';
const FULL = ['16.0 GT/s PCIe', '16', '16.0 GT/s PCIe', '16'] as const;

it('reads the link of a card without a switch, limited by its slot', async () => {
  const device = await chain(
    {
      address: '0000:00:01.0',
      vendor: '0x8086',
      link: ['8.0 GT/s PCIe', '8', '8.0 GT/s PCIe', '16'],
    },
    { address: '0000:01:00.0', vendor: AMD, link: ['8.0 GT/s PCIe', '8', '16.0 GT/s PCIe', '16'] },
  );
  expect(await readPcieLink(device, AMD)).toEqual({
    generation: 3,
    width: 8,
    maxGeneration: 3,
    maxWidth: 16,
  });
});

it('takes the link of the upper port of a card with a switch', async () => {
  const device = await chain(
    {
      address: '0000:00:01.1',
      vendor: '0x1022',
      link: ['16.0 GT/s PCIe', '4', '32.0 GT/s PCIe', '4'],
    },
    { address: '0000:01:00.0', vendor: AMD, link: ['16.0 GT/s PCIe', '4', '16.0 GT/s PCIe', '16'] },
    { address: '0000:02:00.0', vendor: AMD, link: FULL },
    { address: '0000:03:00.0', vendor: AMD, link: FULL },
  );
  expect(await readPcieLink(device, AMD)).toEqual({
    generation: 4,
    width: 4,
    maxGeneration: 4,
    maxWidth: 4,
  });
});

it('does not take a switch of the board for the card’s own', async () => {
  const slot = { vendor: '0x1b21', link: ['2.5 GT/s PCIe', '1', '8.0 GT/s PCIe', '4'] } as const;
  const device = await chain(
    { address: '0000:00:01.1', vendor: '0x1022', link: FULL },
    { address: '0000:01:00.0', ...slot },
    { address: '0000:02:00.0', ...slot },
    { address: '0000:03:00.0', vendor: AMD, link: ['8.0 GT/s PCIe', '4', '16.0 GT/s PCIe', '16'] },
  );
  expect(await readPcieLink(device, AMD)).toMatchObject({ generation: 3, width: 4, maxWidth: 4 });
});

it('is unknown for a GPU without a link', async () => {
  expect(await readPcieLink(await chain({ address: '0000:c5:00.0', vendor: AMD }), AMD)).toBeNull();
  expect(await readPcieLink(join(root, 'absent'), AMD)).toBeNull();
});

it.each([
  ['2.5 GT/s', 1],
  ['5.0 GT/s PCIe', 2],
  ['32.0 GT/s PCIe', 5],
  ['64.0 GT/s PCIe', 6],
  ['Unknown', null],
  ['8,0 GT/s PCIe', null],
  [null, null],
])('%j is generation %s', (text, generation) => expect(generationOf(text)).toBe(generation));

it.each([
  ['0: 500Mhz \n1: 2124Mhz *\n2: 2482Mhz \n', { current: 2124, max: 2482 }],
  ['S: 19Mhz *\n0: 615Mhz \n1: 2575Mhz \n', { current: 19, max: 2575 }],
  ['0: 0Mhz *\n', { current: 0, max: 0 }],
  ['', { current: null, max: null }],
])('%j has the clocks %j', (text, clocks) => expect(parseClockLevels(text)).toEqual(clocks));
