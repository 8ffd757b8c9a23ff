import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GpuState } from '../../../shared/gpu.ts';
import { NVIDIA_LINE, fakeNvidiaSmi } from '../../../tests/support/fake-nvidia-smi.ts';
import { SILENT_LOG, type Log } from '../log.ts';
import { createAmdgpuSource } from './amd/amdgpu-sysfs.ts';
import { createGpuPoller, type GpuPoller, type GpuPollerOptions } from './poller.ts';
import { createPolledSource } from './polled-source.ts';
import type { GpuSource, SourceReading } from './source.ts';

const MIB = 1024 * 1024;
const READING: SourceReading = {
  index: 0,
  id: '0000:03:00.0',
  name: null,
  vendor: 'amd',
  utilizationPercent: 0,
  memoryUsedBytes: 0,
  memoryTotalBytes: 100,
  temperatureC: 40,
  powerW: 0,
  powerLimitW: null,
};

let folder: string;
let poller: GpuPoller | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokwatt-poller-'));
});

afterEach(async () => {
  await poller?.stop();
  poller = null;
  await rm(folder, { recursive: true, force: true });
});

const absent: GpuSource = createAmdgpuSource({ root: '/nonexistent' });

interface Watching {
  readonly states: GpuState[];
  readonly until: (wanted: (states: readonly GpuState[]) => boolean) => Promise<void>;
}

function poll(options: Partial<GpuPollerOptions>): Watching {
  const states: GpuState[] = [];
  let wake = (): void => undefined;
  poller = createGpuPoller({
    intervalMs: 50,
    log: SILENT_LOG,
    facts: () => Promise.resolve([]),
    onState: (state) => {
      states.push(state);
      wake();
    },
    ...options,
    timeouts: {
      restartMs: 20,
      restartCapMs: 100,
      lookAgainMs: 3_600_000,
      publishMs: 0,
      ...options.timeouts,
    },
  });
  poller.start();
  return {
    states,
    until: async (wanted) => {
      while (!wanted(states)) await new Promise<void>((resolve) => (wake = resolve));
    },
  };
}

/** The statuses in order, without repetitions. */
function course(states: readonly GpuState[]): string[] {
  return states
    .map((state) => state.status)
    .filter((status, index, all) => status !== all[index - 1]);
}

describe.skipIf(process.platform === 'win32')('GPU poller', () => {
  it('goes from starting to live', async () => {
    const source = await fakeNvidiaSmi(
      folder,
      `while :; do echo "${NVIDIA_LINE}"; sleep 0.05; done`,
    );
    const { states, until } = poll({ sources: [source] });
    expect(poller?.state()).toMatchObject({ status: 'starting', gpus: [], at: null });
    await until((all) => all.length >= 3);
    expect(course(states)).toEqual(['live']);
    expect(states[0]).toMatchObject({
      source: 'nvidia-smi',
      note: null,
      gpus: [{ name: 'NVIDIA L4', memoryTotalBytes: 8192 * MIB, powerW: 55.5 }],
    });
    expect(states[0]?.at).toBeTypeOf('number');
    expect(poller?.state()).toBe(states.at(-1));
    expect((await readFile(join(folder, 'runs'), 'utf8')).length).toBe('x\n'.length);
  });

  it('passes the sensor for energy on, and does not show it', async () => {
    const energySensor = { counterJoules: 5, counterRangeJoules: null, averagingMs: 1_000 };
    const told: (readonly SourceReading[])[] = [];
    const source = createPolledSource({
      ...{ name: 'fake', lookedFor: 'fake', nothing: 'nothing' },
      read: () => Promise.resolve([{ ...READING, energySensor }]),
    });
    const { states, until } = poll({ sources: [source], onReadings: (gpus) => told.push(gpus) });
    await until((all) => all.length >= 1);
    expect(told[0]).toMatchObject([{ energySensor }]);
    expect(Object.keys(states[0]!.gpus[0]!)).not.toContain('energySensor');
  });

  it('says that readings stopped when the tool dies, and starts it again', async () => {
    const source = await fakeNvidiaSmi(
      folder,
      `echo "${NVIDIA_LINE}"; [ $run -lt 3 ] && { sleep 0.1; echo "GPU is lost" >&2; exit 9; }; exec sleep 60`,
    );
    const { states, until } = poll({ sources: [source] });
    await until((all) => course(all).join() === 'live,lost,live,lost,live');
    const lost = states.find((state) => state.status === 'lost');
    expect(lost?.note).toContain('nvidia-smi ended (exit code 9): GPU is lost');
    // The GPU's name stays known; its readings do not.
    expect(lost?.gpus).toMatchObject([
      { name: 'NVIDIA L4', memoryTotalBytes: 8192 * MIB, powerW: null, utilizationPercent: null },
    ]);
  });

  it('stays lost, with the newest reason, while the tool does not come back', async () => {
    const source = await fakeNvidiaSmi(
      folder,
      `[ $run -gt 1 ] && { echo "No devices were found"; exit 6; }; echo "${NVIDIA_LINE}"; sleep 0.1; exit 1`,
    );
    const { states, until } = poll({ sources: [source] });
    await until((all) => all.at(-1)?.note?.includes('No devices were found') === true);
    expect(course(states)).toEqual(['live', 'lost']);
  });

  it('ends a tool that hangs and starts another', async () => {
    const source = await fakeNvidiaSmi(
      folder,
      `echo $$ >> ${folder}/pids; echo "${NVIDIA_LINE}"; [ $run -eq 1 ] && exec sleep 60; while :; do echo "${NVIDIA_LINE}"; sleep 0.05; done`,
    );
    const { states, until } = poll({ sources: [source], timeouts: { silenceMs: 400 } });
    await until((all) => course(all).join() === 'live,lost,live');
    expect(states.find((state) => state.status === 'lost')?.note).toContain('has said nothing');
    const [hung] = (await readFile(join(folder, 'pids'), 'utf8')).split('\n');
    await poller?.stop();
    expect(() => process.kill(Number(hung), 0)).toThrow('ESRCH');
  });

  it('tries the next source if one does not work', async () => {
    const source = await fakeNvidiaSmi(folder, 'echo "NVIDIA-SMI has failed"; exit 9');
    const other = createPolledSource({
      name: 'other',
      lookedFor: 'other',
      nothing: 'nothing',
      read: () => Promise.resolve([READING]),
    });
    const { states, until } = poll({ sources: [source, other] });
    await until((all) => all.length >= 2);
    expect(course(states)).toEqual(['live']);
    expect(states[0]?.source).toBe('other');
  });

  it('tries the next source if one gives no output', async () => {
    const source = await fakeNvidiaSmi(folder, 'exec sleep 60');
    const { states, until } = poll({
      sources: [source, absent],
      timeouts: { firstReadingMs: 100 },
    });
    await until((all) => all.length > 0);
    expect(states[0]).toMatchObject({ status: 'none' });
    expect(states[0]?.note).toContain('nvidia-smi has said nothing');
  });

  it('finds a tool soon that said nothing at first, although it looks for others rarely', async () => {
    const line = `while :; do echo "${NVIDIA_LINE}"; sleep 0.02; done`;
    const source = await fakeNvidiaSmi(folder, `[ $run = 1 ] && exec sleep 60; ${line}`);
    const { states, until } = poll({
      sources: [source],
      timeouts: { firstReadingMs: 200, restartCapMs: 50, lookAgainMs: 3_600_000 },
    });
    await until((all) => all.some(({ status }) => status === 'live'));
    expect(states[0]).toMatchObject({ status: 'none' });
  });

  it('takes impossible figures as unknown', async () => {
    const absurd = NVIDIA_LINE.replaceAll('55.00', '1000000000.00').replaceAll('55.50', '-5.00');
    const source = await fakeNvidiaSmi(folder, `while :; do echo "${absurd}"; sleep 0.02; done`);
    const { states, until } = poll({ sources: [source] });
    await until((all) => all.some(({ status }) => status === 'live'));
    expect(states.at(-1)?.gpus[0]).toMatchObject({ powerW: null, utilizationPercent: 12 });
  });

  it('reports once, as information, that there is no GPU and which sources were tried', async () => {
    const logged: string[] = [];
    const keep =
      (level: string) =>
      (_fields: object, message: string): void =>
        void logged.push(`${level}: ${message}`);
    const log: Log = {
      debug: keep('debug'),
      info: keep('info'),
      warn: keep('warn'),
      error: keep('error'),
    };
    let looks = 0;
    const counted: GpuSource = {
      ...absent,
      open: (events, intervalMs) => {
        looks += 1;
        return absent.open(events, intervalMs);
      },
    };
    const { states, until } = poll({ sources: [counted], log, timeouts: { lookAgainMs: 10 } });
    await until((all) => all.length > 0);
    while (looks < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    const note =
      'No GPU was found. Looked for amdgpu in /nonexistent (AMD) (the amdgpu driver has no card).';
    expect(states).toMatchObject([{ status: 'none', source: null, note, at: null, gpus: [] }]);
    expect(states[0]?.noteSentence?.code).toBe('no_gpu_found_because');
    expect(logged).toEqual([`info: ${note}`]);
  });

  it('names a GPU whose load no source reports', async () => {
    const facts = [
      { name: 'Intel Arc A770', vendor: 'intel', memoryTotalBytes: null, busAddress: '03:00.0' },
    ] as const;
    const { states, until } = poll({ sources: [absent], facts: () => Promise.resolve(facts) });
    await until((all) => all.length > 0);
    expect(states[0]).toMatchObject({
      status: 'static',
      at: null,
      gpus: [{ name: 'Intel Arc A770', vendor: 'intel', utilizationPercent: null, powerW: null }],
    });
  });

  it('searches again later and finds a new GPU', async () => {
    const source = await fakeNvidiaSmi(
      folder,
      `[ $run -lt 3 ] && exit 9; echo "${NVIDIA_LINE}"; exec sleep 60`,
    );
    const { states, until } = poll({ sources: [source], timeouts: { lookAgainMs: 20 } });
    await until((all) => all.at(-1)?.status === 'live');
    expect(course(states)).toEqual(['none', 'live']);
  });

  it('requests static facts once, and only if a source has no names', async () => {
    let asked = 0;
    const facts = [
      { name: 'Radeon RX 7900 XTX', vendor: 'amd', memoryTotalBytes: null, busAddress: '03:00.0' },
      { name: 'Radeon Pro W7800', vendor: 'amd', memoryTotalBytes: null, busAddress: '04:00.0' },
    ] as const;
    const source = createPolledSource({
      name: 'amdgpu',
      lookedFor: 'amdgpu',
      nothing: 'nothing',
      read: () => Promise.resolve([READING, { ...READING, index: 1, id: '0000:09:00.0' }]),
    });
    const { until } = poll({
      sources: [source],
      facts: () => {
        asked += 1;
        return Promise.resolve(facts);
      },
    });
    await until((all) => all.length >= 5);
    expect(poller?.state().gpus.map((gpu) => gpu.name)).toEqual(['Radeon RX 7900 XTX', 'AMD GPU']);
    expect(asked).toBe(1);
  });

  it('makes no further calls to a source that hangs', async () => {
    let asked = 0;
    const source = createPolledSource({
      name: 'stuck',
      lookedFor: 'stuck',
      nothing: 'nothing',
      read: () => {
        asked += 1;
        return asked === 1 ? Promise.resolve([READING]) : new Promise(() => undefined);
      },
    });
    const { until } = poll({ sources: [source], timeouts: { silenceMs: 60 } });
    await until((all) => all.at(-1)?.note?.includes('has not answered an earlier') === true);
    expect(poller?.state().status).toBe('lost');
    expect(asked).toBe(2);
  });

  it('changes the interval without a gap and with one tool at a time', async () => {
    // The first tool ends slowly; the second one records whether the first still runs.
    const source = await fakeNvidiaSmi(
      folder,
      `kill -0 $(cat ${folder}/first) && echo both >> ${folder}/calls; echo $$ >> ${folder}/first
       trap '' TERM; echo "$@" >> ${folder}/calls; while :; do echo "${NVIDIA_LINE}"; sleep 0.02; done`,
    );
    const { states, until } = poll({ sources: [source] });
    await until((all) => all.length >= 2);
    for (let intervalMs = 300; intervalMs <= 400; intervalMs += 1)
      poller?.setIntervalMs(intervalMs);
    const calls = async (): Promise<string[]> =>
      (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
    while ((await calls()).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
    const told = states.length;
    await until((all) => all.length >= told + 2);
    expect(course(states)).toEqual(['live']);
    expect(await calls()).toEqual([
      expect.stringContaining('--loop-ms=200'),
      expect.stringContaining('--loop-ms=400'),
    ]);
  });

  it('uses a new interval for a polled source at once', async () => {
    let runs = 0;
    const polled = createPolledSource({
      name: 'polled',
      lookedFor: 'polled',
      nothing: 'nothing',
      read: () => Promise.resolve([READING]),
    });
    const source: GpuSource = {
      ...polled,
      open: (events, intervalMs) => {
        runs += 1;
        return polled.open(events, intervalMs);
      },
    };
    const { states, until } = poll({ sources: [source], intervalMs: 3_600_000 });
    await until((all) => all.length === 1);
    poller?.setIntervalMs(5);
    await until((all) => all.length >= 4);
    poller?.setIntervalMs(3_600_000);
    const told = states.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    // One more reading may have been in progress.
    expect(states.length).toBeLessThanOrEqual(told + 1);
    expect([course(states), runs]).toEqual([['live'], 1]);
  });

  it('accepts a new interval before it starts and without a GPU', async () => {
    const paces: number[] = [];
    const counted: GpuSource = {
      ...absent,
      open: (events, intervalMs) => {
        paces.push(intervalMs);
        return absent.open(events, intervalMs);
      },
    };
    const { until } = poll({ sources: [counted], timeouts: { lookAgainMs: 30 } });
    await until((all) => all.length > 0);
    poller?.setIntervalMs(700);
    while (paces.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(paces.slice(0, 2)).toEqual([50, 700]);
  });

  it('reports nothing after it was stopped', async () => {
    const source = await fakeNvidiaSmi(
      folder,
      `while :; do echo "${NVIDIA_LINE}"; sleep 0.02; done`,
    );
    const { states, until } = poll({ sources: [source] });
    await until((all) => all.length >= 1);
    await poller?.stop();
    const told = states.length;
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(states.length).toBe(told);
  });

  it('can be stopped by the listener that is told that there is no GPU', async () => {
    let looks = 0;
    const counted: GpuSource = {
      ...absent,
      open: (events, intervalMs) => {
        looks += 1;
        return absent.open(events, intervalMs);
      },
    };
    await new Promise<void>((resolve) => {
      poll({
        sources: [counted],
        timeouts: { lookAgainMs: 10 },
        onState: () => void poller?.stop().then(resolve),
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(looks).toBe(1);
  });
});
