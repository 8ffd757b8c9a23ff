import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { build } from 'vite';
import { readStaticFacts, staticGpus, STATIC_FACTS_WORKER } from './static-facts.ts';

const MIB = 1024 * 1024;

describe('static facts', () => {
  it('uses the name and memory from nvidia-smi', () => {
    const controller = {
      vendor: 'NVIDIA Corporation',
      model: 'AD102 [GeForce RTX 4090]',
      busAddress: '01:00.0',
      vram: 24564,
      name: 'NVIDIA GeForce RTX 4090',
      memoryTotal: 24564,
    };
    expect(staticGpus([controller], 'linux')).toEqual([
      {
        name: 'NVIDIA GeForce RTX 4090',
        vendor: 'nvidia',
        memoryTotalBytes: 24564 * MIB,
        busAddress: '01:00.0',
      },
    ]);
  });

  it('does not use a PCI window on Linux as the memory of a card', () => {
    const amd = { vendor: 'Advanced Micro Devices, Inc. [AMD/ATI]', model: 'Navi 31', vram: 256 };
    expect(staticGpus([amd], 'linux')).toMatchObject([{ vendor: 'amd', memoryTotalBytes: null }]);
    expect(staticGpus([{ ...amd, vram: 16384 }], 'win32')).toMatchObject([
      { memoryTotalBytes: 16384 * MIB },
    ]);
  });

  it('does not use the limit of a 32-bit field on Windows as the memory of a card', () => {
    const arc = {
      vendor: 'Intel Corporation',
      model: 'Intel(R) Arc(TM) A770 Graphics',
      vram: 4095,
    };
    expect(staticGpus([arc], 'win32')).toMatchObject([{ vendor: 'intel', memoryTotalBytes: null }]);
  });

  it('leaves the memory of an Apple GPU unknown', () => {
    const apple = { vendor: 'Apple', model: 'Apple M3 Max', busAddress: '', vram: null };
    expect(staticGpus([apple], 'darwin')).toEqual([
      { name: 'Apple M3 Max', vendor: 'apple', memoryTotalBytes: null, busAddress: null },
    ]);
  });

  it.each([
    ['Cirrus Logic', 'GD 5446'],
    ['Red Hat, Inc.', 'QXL paravirtual graphic card'],
    ['VMware', 'SVGA II Adapter'],
    ['Red Hat, Inc.', 'Virtio 1.0 GPU'],
    ['ASPEED Technology, Inc.', 'ASPEED Graphics Family'],
    ['Microsoft', 'Microsoft Basic Display Adapter'],
    ['Microsoft', 'Microsoft Remote Display Adapter'],
    ['InnoTek Systemberatung GmbH', 'VirtualBox Graphics Adapter'],
    ['Matrox Electronics Systems Ltd.', 'MGA G200eH'],
    ['', ''],
  ])('does not count %s %s as a GPU', (vendor, model) => {
    expect(staticGpus([{ vendor, model, vram: 16 }], 'linux')).toEqual([]);
  });
});

describe('static facts worker', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tokwatt-facts-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('runs systeminformation in its own thread when bundled', async () => {
    await build({
      configFile: false,
      logLevel: 'silent',
      build: {
        ssr: join(import.meta.dirname, 'static-facts-worker.ts'),
        outDir: folder,
        rolldownOptions: {
          output: { format: 'cjs', entryFileNames: STATIC_FACTS_WORKER },
        },
      },
      ssr: { noExternal: true },
    });
    const facts = await readStaticFacts({ workerPath: join(folder, STATIC_FACTS_WORKER) });
    // The result depends on this machine, so the test checks only that there is one.
    expect(facts).toBeInstanceOf(Array);
  }, 90_000);

  it('gives no facts, not an error, if the worker is missing, breaks or hangs', async () => {
    expect(await readStaticFacts({ workerPath: join(folder, 'absent.cjs') })).toBeNull();
    const broken = join(folder, 'broken.cjs');
    await writeFile(broken, 'throw new Error("no");');
    expect(await readStaticFacts({ workerPath: broken })).toBeNull();
    const silent = join(folder, 'silent.cjs');
    await writeFile(silent, 'setInterval(() => {}, 1000);');
    expect(await readStaticFacts({ workerPath: silent, timeoutMs: 50 })).toBeNull();
  });
});
