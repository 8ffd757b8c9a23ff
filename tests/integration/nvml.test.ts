import { mkdtempSync, rmSync } from 'node:fs';
import { totalmem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startNodeHelper } from '../../electron/core/hardware/child-process/helper-process.ts';
import type { HelperProcess } from '../../electron/core/hardware/child-process/helper-process.ts';
import { createNvmlSource, NVML_HELPER } from '../../electron/core/hardware/nvidia/nvml.ts';
import { createGpuPoller } from '../../electron/core/hardware/poller.ts';
import type { GpuSourceRun, SourceReading } from '../../electron/core/hardware/source.ts';
import { SILENT_LOG } from '../../electron/core/log.ts';
import type { GpuState } from '../../shared/gpu.ts';
import { englishOf } from '../../shared/sentences.ts';
import { FAKE_NVML_OBSTACLE, FakeNvml } from '../support/fake-nvml.ts';
import type { FakeAnswers } from '../support/fake-nvml.ts';

const helperPath = join(import.meta.dirname, '../../dist', NVML_HELPER);

const RTX: FakeAnswers = {
  ...{ '0.uuid': 'GPU-1', '0.name': 'NVIDIA GeForce RTX 4090', '0.bus': '00000000:01:00.0' },
  ...{ '0.capability': 89, '0.energy': 123_456_789, '0.power': 318_420, '0.instant': 325_100 },
  ...{ '0.limit': 450_000, '0.utilization': 96, '0.memory_utilization': 40 },
  ...{ '0.memory_total': 25_757_220_864, '0.memory_used': 22_345_154_560 },
  ...{ '0.temperature': 61, '0.fan': 0, '0.clock': 2_520, '0.max_clock': 3_105 },
  ...{ '0.memory_clock': 10_501, '0.reasons': 0x4 + 0x20 + 0x40 },
  ...{ '0.gen': 4, '0.width': 8, '0.max_gen': 4, '0.max_width': 16, '0.processes': 3 },
};
const OLD: FakeAnswers = { '1.uuid': 'GPU-2', '1.name': 'Tesla M40', '1.power': 16_000 };

let folder: string;
let nvml: FakeNvml;
let run: GpuSourceRun | null = null;
const helpers: HelperProcess[] = [];
/** The environment is inherited, because the helper has no options of its own. */
const before = { ...process.env };

interface Watch {
  readonly readings: (readonly SourceReading[])[];
  readonly ended: Promise<readonly [string, boolean | undefined]>;
  readonly until: (wanted: (gpus: readonly SourceReading[]) => boolean) => Promise<void>;
}

function source(): ReturnType<typeof createNvmlSource> {
  return createNvmlSource({
    ...{ helperPath, isLikely: () => Promise.resolve(true) },
    startHelper: (path) => {
      const helper = startNodeHelper(path);
      helpers.push(helper);
      return helper;
    },
  });
}

function open(intervalMs = 20): Watch {
  const readings: (readonly SourceReading[])[] = [];
  let end: (how: readonly [string, boolean | undefined]) => void = () => undefined;
  const ended = new Promise<readonly [string, boolean | undefined]>((resolve) => (end = resolve));
  run = source().open(
    {
      readings: (gpus) => readings.push(gpus),
      ended: (note, isProblem) => end([englishOf(note), isProblem]),
    },
    intervalMs,
  );
  return {
    ...{ readings, ended },
    async until(wanted) {
      while (!wanted(readings.at(-1) ?? [])) await sleep(5);
    },
  };
}

describe.skipIf(FAKE_NVML_OBSTACLE !== null)(
  `NVIDIA's driver library in a process of its own${FAKE_NVML_OBSTACLE === null ? '' : ` (${FAKE_NVML_OBSTACLE})`}`,
  () => {
    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'tokwatt-nvml-'));
      nvml = new FakeNvml(folder);
      Object.assign(process.env, nvml.env);
    });
    afterEach(async () => {
      await run?.stop();
      run = null;
    });
    afterAll(() => {
      for (const key of Object.keys(nvml.env)) {
        if (before[key] === undefined) Reflect.deleteProperty(process.env, key);
        else process.env[key] = before[key];
      }
      rmSync(folder, { recursive: true, force: true });
    });

    it('tells all that the driver knows of each GPU, and what it does not know is unknown', async () => {
      nvml.answer({ count: 2, ...RTX, ...OLD });
      const { until, readings } = open();
      await until((gpus) => gpus.length === 2);
      const [rtx, old] = readings[0] ?? [];
      expect(rtx).toEqual({
        ...{ index: 0, id: 'GPU-1', name: 'NVIDIA GeForce RTX 4090', vendor: 'nvidia' },
        ...{ pciAddress: '0000:01:00.0', utilizationPercent: 96, temperatureC: 61 },
        ...{ memoryUsedBytes: 22_345_154_560, memoryTotalBytes: 25_757_220_864 },
        ...{ powerW: 325.1, powerLimitW: 450 },
        energySensor: { counterJoules: 123_456.789, counterRangeJoules: null, averagingMs: 0 },
        details: {
          ...{ fanPercent: 0, clockMHz: 2_520, maxClockMHz: 3_105, memoryClockMHz: 10_501 },
          ...{ memoryUtilizationPercent: 40, throttleReasons: ['power_cap', 'thermal'] },
          pcie: { generation: 4, width: 8, maxGeneration: 4, maxWidth: 16 },
          processes: [
            { pid: 1_000, name: 'program-1000', memoryBytes: 2 ** 20, utilizationPercent: null },
            { pid: 1_001, name: null, memoryBytes: 2 ** 20, utilizationPercent: null },
            { pid: 1_002, name: 'program-1002', memoryBytes: null, utilizationPercent: null },
          ],
          ...{ hasUnifiedMemory: false, instances: null, isVirtual: null },
        },
      });
      expect(old).toMatchObject({ index: 1, id: 'GPU-2', powerW: 16, powerLimitW: null });
      expect(old).toMatchObject({ utilizationPercent: null, temperatureC: null });
      expect(old?.energySensor).toMatchObject({ counterJoules: null, averagingMs: 0 });
      expect(old?.details).toMatchObject({ throttleReasons: null, processes: null, pcie: null });
    });

    it('follows the counter, the pace, and readings on demand', async () => {
      nvml.answer({ count: 1, ...RTX, '0.energy': 1_000 });
      const { until, readings } = open(3_600_000);
      await until((gpus) => gpus[0]?.energySensor?.counterJoules === 1);
      nvml.answer({ count: 1, ...RTX, '0.energy': 2_000 });
      run?.readNow?.();
      await until((gpus) => gpus[0]?.energySensor?.counterJoules === 2);
      const told = readings.length;
      run?.setIntervalMs?.(10);
      await until(() => readings.length > told + 3);
    });

    it('lists more processes than fit at first', async () => {
      nvml.answer({ count: 1, ...RTX, '0.processes': 200 });
      const { until } = open();
      await until((gpus) => gpus[0]?.details?.processes?.length === 200);
    });

    it('tells how much of the time each process used, also between two samples', async () => {
      const sampled = (at: number, samples: string): FakeAnswers => ({
        ...{ count: 1, ...RTX, '0.sampled': at, '0.samples': samples },
      });
      const shares = (gpus: readonly SourceReading[]): unknown =>
        gpus[0]?.details?.processes?.map((each) => each.utilizationPercent);
      const now = Date.now() * 1_000;
      // No process, and a share that cannot be: drivers answer both.
      nvml.answer(sampled(now, '1000:61,0:7,1001:240,1002:30'));
      const { until, readings } = open();
      await until((gpus) => gpus.length === 1);
      const told = readings.length;
      await until(() => readings.length > told + 3);
      expect(readings.map(shares)).toEqual(readings.map(() => [61, 0, 30]));
      nvml.answer(sampled(now + 500_000, '1001:80'));
      await until((gpus) => JSON.stringify(shares(gpus)) === '[0,80,0]');
      nvml.answer(sampled(now + 600_000, '!3'));
      await until((gpus) => JSON.stringify(shares(gpus)) === '[null,null,null]');
    });

    it('reads more samples than fit at first', async () => {
      const samples = Array.from({ length: 30 }, (_, i) => `${1_000 + i}:1`).join(',');
      const at = { '0.sampled': Date.now() * 1_000, '0.samples': `${samples},1000:1` };
      nvml.answer({ count: 1, ...RTX, ...at, '0.processes': 30 });
      const { until } = open();
      const isTold = (gpus: readonly SourceReading[]): boolean =>
        gpus[0]?.details?.processes?.every((each) => each.utilizationPercent === 1) === true;
      await until(isTold);
    });

    it('shows the instances of a divided card, and the power as that of the whole', async () => {
      const first = { '10.uuid': 'MIG-a', '10.name': 'NVIDIA A100-SXM4-40GB MIG 3g.20gb' };
      const third = { '12.uuid': 'MIG-c', '12.memory_total': '!4' };
      const memory = { '10.memory_total': 21_000_000_000, '10.memory_used': 0 };
      const divided = { '0.mig': 1, '0.places': 7, '0.utilization': '!3', '0.memory_total': '!3' };
      nvml.answer({ count: 1, ...RTX, ...divided, ...first, ...third, ...memory });
      const { until, readings } = open();
      await until((gpus) => gpus.length === 1);
      expect(readings[0]?.[0]).toMatchObject({
        ...{ id: 'GPU-1', powerW: 325.1, utilizationPercent: null, memoryTotalBytes: null },
        details: {
          hasUnifiedMemory: false,
          instances: [
            {
              ...{ id: 'MIG-a', name: 'NVIDIA A100-SXM4-40GB MIG 3g.20gb', powerW: null },
              ...{ memoryUsedBytes: 0, memoryTotalBytes: 21_000_000_000 },
            },
            {
              ...{ id: 'MIG-c', name: null, powerW: null },
              ...{ memoryUsedBytes: null, memoryTotalBytes: null },
            },
          ],
        },
      });
      // An instance that is removed while Tokwatt runs.
      nvml.answer({ count: 1, ...RTX, ...divided, ...first, ...memory });
      await until((gpus) => gpus[0]?.details?.instances?.length === 1);
    });

    it.each([
      [2, true],
      [1, false],
      ['!3', null],
    ])('in the virtualisation mode %s, it is virtual: %s', async (mode, isVirtual) => {
      const answers = { '0.uuid': 'GPU-9', '0.name': 'GRID A100-10C', '0.power': '!3' };
      nvml.answer({ count: 1, ...answers, '0.memory_total': '!3', '0.virtual': mode });
      const { until, readings } = open();
      await until((gpus) => gpus.length === 1);
      expect(readings[0]?.[0]).toMatchObject({ powerW: null, details: { isVirtual } });
      if (isVirtual === true) expect(readings[0]?.[0]?.memoryTotalBytes).toBeNull();
    });

    it('takes main memory for a GPU that has no other', async () => {
      // NOT_SUPPORTED
      const none = { '0.memory_total': '!3', '0.memory_used': '!3' };
      nvml.answer({ count: 1, ...RTX, ...none, '0.name': 'NVIDIA GB10' });
      const { until, readings } = open();
      await until((gpus) => gpus.length === 1);
      expect(readings[0]?.[0]).toMatchObject({ memoryTotalBytes: totalmem() });
      expect(readings[0]?.[0]?.details).toMatchObject({ hasUnifiedMemory: true, pcie: null });
    });

    it('leaves memory unknown that it may not read', async () => {
      nvml.answer({ count: 1, ...RTX, '0.memory_total': '!4' });
      const { until, readings } = open();
      await until((gpus) => gpus.length === 1);
      expect(readings[0]?.[0]).toMatchObject({ memoryTotalBytes: null, memoryUsedBytes: null });
    });

    it('says that a GPU was lost, and goes on with the others after a new start', async () => {
      nvml.answer({ count: 2, ...RTX, ...OLD });
      const first = open();
      await first.until((gpus) => gpus.length === 2);
      nvml.answer({ count: 2, ...RTX, ...OLD, lost: 0 });
      const [note, isProblem] = await first.ended;
      expect(note).toContain('NVIDIA GeForce RTX 4090 at 00000000:01:00.0 does not answer');
      expect(isProblem).toBe(true);
      const second = open();
      await second.until((gpus) => gpus.length > 0);
      expect(second.readings[0]?.at(-1)).toMatchObject({ id: 'GPU-2', powerW: 16 });
    });

    it.each([
      [9, "NVIDIA's driver is not loaded", false],
      [18, "NVIDIA's driver was updated", true],
      [4, 'may not use', true],
      [999, 'code 999', false],
    ])('says why the library cannot work (code %i)', async (code, text, isProblem) => {
      nvml.answer({ count: 1, ...RTX, init: `!${code}` });
      const [note, told] = await open().ended;
      expect(note).toContain(text);
      expect(told).toBe(isProblem);
    });

    it('says that there is no GPU or no library', async () => {
      nvml.answer({ count: 0 });
      expect((await open().ended)[0]).toBe("NVIDIA's driver has no GPU");
      process.env.LD_LIBRARY_PATH = '';
      try {
        expect((await open().ended)[0]).toMatch(/was not found|driver/);
      } finally {
        Object.assign(process.env, nvml.env);
      }
    });

    it('survives a driver that crashes or hangs, and comes back', async () => {
      nvml.answer({ count: 1, ...RTX });
      const states: GpuState[] = [];
      const poller = createGpuPoller({
        ...{ intervalMs: 20, log: SILENT_LOG, sources: [source()] },
        facts: () => Promise.resolve([]),
        onState: (state) => states.push(state),
        timeouts: { restartMs: 20, restartCapMs: 40, silenceMs: 500, publishMs: 0 },
      });
      poller.start();
      const until = async (wanted: (state: GpuState | undefined) => boolean): Promise<void> => {
        while (!wanted(states.at(-1))) await sleep(5);
      };
      await until((state) => state?.status === 'live');
      for (const [fault, text] of [
        ['crash', 'ended (signal SIGABRT)'],
        ['hang', 'has said nothing'],
      ] as const) {
        nvml.answer({ count: 1, ...RTX, [fault]: 1 });
        await until((state) => state?.status === 'lost' && state.note?.includes(text) === true);
        nvml.answer({ count: 1, ...RTX });
        await until((state) => state?.status === 'live' && state.gpus[0]?.powerW === 325.1);
      }
      await poller.stop();
    });

    it('leaves no process behind', async () => {
      nvml.answer({ count: 1, ...RTX });
      helpers.length = 0;
      const { until } = open();
      await until((gpus) => gpus.length === 1);
      const [helper] = helpers;
      const gone = new Promise<string>((resolve) => helper?.onExit(resolve));
      await run?.stop();
      expect(await gone).toMatch(/signal/);
    });
  },
);
