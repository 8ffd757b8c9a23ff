import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DrmClients } from './drm-clients.ts';
import { parseDrmFdinfo } from './drm-fdinfo.ts';
import { drmUsage } from './drm-usage.ts';
import type { DrmScan, HeldClient } from './drm-usage.ts';

const ARC = '0000:03:00.0';
const KIB = 1024;

/** As the kernel documents it for `xe`. */
const XE = `pos:    0
flags:  0100002
mnt_id: 26
ino:    685
drm-driver:     xe
drm-client-id:  3
drm-pdev:       0000:03:00.0
drm-total-system:       0
drm-resident-system:    0
drm-total-gtt:  192 KiB
drm-resident-gtt:       192 KiB
drm-total-vram0:        23992 KiB
drm-shared-vram0:       16 MiB
drm-active-vram0:       0
drm-resident-vram0:     23992 KiB
drm-total-stolen:       512 MiB
drm-cycles-rcs: 28257900
drm-total-cycles-rcs:   7655183225
drm-cycles-ccs: 0
drm-total-cycles-ccs:   7655183225
drm-engine-capacity-ccs:        4
`;
const I915 = `drm-driver: i915
drm-client-id: 7
drm-pdev: 0000:00:02.0
drm-total-system0: 80 MiB
drm-resident-system0: 64 MiB
drm-total-stolen-system0: 0
drm-engine-render: 9288864723 ns
drm-engine-copy: 2035071108 ns
drm-engine-video: 0 ns
drm-engine-capacity-video: 2
`;
const AMDGPU = `drm-driver: amdgpu
drm-client-id: 46
drm-pdev: 0000:0C:00.0
drm-memory-vram: 8388608 KiB
drm-memory-gtt: 2048 KiB
drm-memory-cpu: 0 KiB
drm-engine-compute: 5000000000 ns
`;

describe('fdinfo', () => {
  it('is read as xe writes it', () => {
    const client = parseDrmFdinfo(XE);
    expect(client).toMatchObject({ device: ARC, id: '3', localBytes: 23992 * KIB });
    expect(client?.systemBytes).toBe(192 * KIB);
    expect(client?.engines.get('rcs')).toEqual({
      kind: 'cycles',
      busy: 28257900,
      total: 7655183225,
    });
    expect(client?.capacities).toEqual(new Map([['ccs', 4]]));
  });

  it('is read as i915 and amdgpu write it', () => {
    const intel = parseDrmFdinfo(I915);
    expect(intel).toMatchObject({ localBytes: null, systemBytes: 64 * 1024 * KIB });
    expect([...intel!.engines.keys()]).toEqual(['render', 'copy', 'video']);
    expect(intel?.engines.get('video')).toEqual({ kind: 'ns', busy: 0 });
    const amd = parseDrmFdinfo(AMDGPU);
    expect(amd).toMatchObject({ device: '0000:0c:00.0', localBytes: 8388608 * KIB });
  });

  it('takes each region once where a driver tells it by two names', () => {
    const both = 'drm-memory-vram:\t4 KiB\ndrm-resident-vram:\t4 KiB\ndrm-total-vram:\t9 KiB\n';
    const text = `drm-pdev:\t${ARC}\ndrm-client-id:\t1\n${both}`;
    expect(parseDrmFdinfo(text)?.localBytes).toBe(4 * KIB);
  });

  it.each(['', 'pos:\t0\nflags:\t02\n', 'drm-driver: vgem\ndrm-client-id: 1\n'])(
    'of %j is no client',
    (text) => expect(parseDrmFdinfo(text)).toBeNull(),
  );
});

describe('the use of a GPU', () => {
  const client = (pid: number, id: string, engines: string): HeldClient => ({
    pid,
    name: `p${pid}`,
    client: parseDrmFdinfo(`drm-pdev: ${ARC}\ndrm-client-id: ${id}\n${engines}`)!,
  });
  const scan = (at: number, clients: HeldClient[], hasHidden = false): DrmScan => ({
    at,
    clients,
    hasHidden,
  });
  const ns = (compute: number, copy: number): string =>
    `drm-engine-compute: ${compute} ns\ndrm-engine-copy: ${copy} ns\ndrm-resident-vram: 10 KiB\n`;

  it('is that of the busiest engines, over all processes', () => {
    const before = scan(0, [client(1, 'a', ns(0, 0)), client(2, 'b', ns(0, 0))]);
    const after = scan(1000, [client(1, 'a', ns(5e8, 1e8)), client(2, 'b', ns(2e8, 9e8))]);
    const usage = drmUsage(before, after, ARC, false);
    expect(usage.utilizationPercent).toBeCloseTo(100, 6);
    expect(usage.processes.map((each) => each.utilizationPercent)).toEqual([50, 90]);
    expect(usage.memoryUsedBytes).toBe(20 * KIB);
  });

  it('is shared by the engines of a class, in cycles too', () => {
    const cycles = (busy: number, total: number): string =>
      `drm-cycles-ccs: ${busy}\ndrm-total-cycles-ccs: ${total}\ndrm-engine-capacity-ccs: 4\n`;
    const before = scan(0, [client(1, 'a', cycles(100, 1000))]);
    const after = scan(700, [client(1, 'a', cycles(2100, 2000))]);
    expect(drmUsage(before, after, ARC, false).utilizationPercent).toBe(50);
  });

  it('of a client that several processes hold counts once', () => {
    const before = scan(0, [client(1, 'a', ns(0, 0))]);
    const after = scan(1000, [client(1, 'a', ns(5e8, 0)), client(2, 'a', ns(5e8, 0))]);
    expect(drmUsage(before, after, ARC, false)).toMatchObject({
      utilizationPercent: 50,
      processes: [{ pid: 1 }],
    });
  });

  it('is unknown at first, after a counter went back, and with hidden processes', () => {
    const at = (time: number, busy: number, hidden = false): DrmScan =>
      scan(time, [client(1, 'a', ns(busy, 0))], hidden);
    expect(drmUsage(null, at(0, 5), ARC, false)).toMatchObject({
      utilizationPercent: null,
      processes: [{ utilizationPercent: null, memoryBytes: 10 * KIB }],
    });
    expect(drmUsage(at(0, 5e8), at(1000, 0), ARC, false).utilizationPercent).toBeNull();
    const hidden = drmUsage(at(0, 0), at(1000, 5e8, true), ARC, false);
    expect(hidden).toMatchObject({ utilizationPercent: null, memoryUsedBytes: null });
    expect(hidden.processes[0]?.utilizationPercent).toBe(50);
  });

  it('has no process of another GPU, and 0 if nobody uses it', () => {
    const all = [client(1, 'a', ns(0, 0))];
    expect(drmUsage(scan(0, all), scan(9, all), '0000:04:00.0', false)).toEqual({
      processes: [],
      utilizationPercent: 0,
      memoryUsedBytes: 0,
    });
  });

  it('counts main memory for a GPU inside the processor', () => {
    const both = 'drm-resident-vram: 1 KiB\ndrm-resident-gtt: 2 KiB\n';
    const [memory] = drmUsage(null, scan(0, [client(1, 'a', both)]), ARC, true).processes;
    expect(memory?.memoryBytes).toBe(3 * KIB);
  });
});

describe('processes', () => {
  let proc: string;
  let now = 0;
  beforeEach(async () => {
    proc = await mkdtemp(join(tmpdir(), 'tokwatt-proc-'));
    now = 0;
  });
  afterEach(() => rm(proc, { recursive: true, force: true }));

  async function process(pid: number, files: Readonly<Record<string, string>>): Promise<void> {
    const folder = join(proc, String(pid));
    await mkdir(join(folder, 'fd'), { recursive: true });
    await mkdir(join(folder, 'fdinfo'), { recursive: true });
    await writeFile(join(folder, 'comm'), 'llama-server\n');
    for (const [fd, target] of Object.entries(files)) {
      await symlink(target, join(folder, 'fd', fd));
      await writeFile(join(folder, 'fdinfo', fd), target.startsWith('/dev/dri/') ? XE : 'pos: 0\n');
    }
  }

  it('that hold a GPU are found, and those that are gone are not', async () => {
    await process(10, { '0': '/dev/null', '5': '/dev/dri/renderD128' });
    await process(11, { '3': 'socket:[77]' });
    await writeFile(join(proc, 'meminfo'), '');
    const clients = new DrmClients({ proc, now: () => now });
    expect(clients.usageOf(ARC, false)).toBeNull();
    await clients.scan();
    expect(clients.usageOf(ARC, false)?.processes).toEqual([
      { pid: 10, name: 'llama-server', memoryBytes: 23992 * KIB, utilizationPercent: null },
    ]);
    await rm(join(proc, '10'), { recursive: true });
    await clients.scan();
    expect(clients.usageOf(ARC, false)?.processes).toEqual([]);
  });

  it('are searched for GPUs anew after a while only', async () => {
    await process(10, { '0': '/dev/null' });
    const clients = new DrmClients({ proc, now: () => now });
    await clients.scan();
    await process(10, { '5': '/dev/dri/renderD128' });
    now += 3000;
    await clients.scan();
    expect(clients.usageOf(ARC, false)?.processes).toEqual([]);
    now += 30_000;
    await clients.scan();
    expect(clients.usageOf(ARC, false)?.processes).toHaveLength(1);
  });

  it('are not scanned more often than the result is old', async () => {
    const clients = new DrmClients({ proc, now: () => now });
    await clients.scan();
    await process(10, { '5': '/dev/dri/renderD128' });
    now += 2999;
    clients.usageOf(ARC, false);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(clients.usageOf(ARC, false)?.processes).toEqual([]);
    now += 1;
    clients.usageOf(ARC, false);
    await expect.poll(() => clients.usageOf(ARC, false)?.processes).toHaveLength(1);
  });

  it('of this machine can be scanned', async () => {
    const clients = new DrmClients();
    await clients.scan();
    expect(clients.usageOf('0000:ff:1f.7', false)?.processes).toEqual([]);
  });
});
