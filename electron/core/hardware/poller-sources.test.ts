import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GpuState } from '../../../shared/gpu.ts';
import { NVIDIA_LINE, fakeNvidiaSmi } from '../../../tests/support/fake-nvidia-smi.ts';
import { SILENT_LOG, type Log } from '../log.ts';
import { createNvidiaSmiSource } from './nvidia/nvidia-smi.ts';
import { createGpuPoller, type GpuPoller, type GpuPollerOptions } from './poller.ts';
import { createPolledSource } from './polled-source.ts';
import type { GpuSource, SourceReading } from './source.ts';

const READING: SourceReading = {
  ...{ index: 0, id: '0000:03:00.0', name: 'Radeon', vendor: 'amd', utilizationPercent: 0 },
  ...{ memoryUsedBytes: 0, memoryTotalBytes: 100, temperatureC: 40, powerW: 30, powerLimitW: null },
};

let folder: string;
let poller: GpuPoller | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tokwatt-sources-'));
});

afterEach(async () => {
  await poller?.stop();
  poller = null;
  await rm(folder, { recursive: true, force: true });
});

/** A source that works; `read` may be replaced. */
function polled(name: string, read = (): SourceReading[] => [READING]): GpuSource {
  return createPolledSource({
    ...{ name, lookedFor: name, nothing: `${name} has no card` },
    read: () => new Promise((resolve) => resolve(read())),
  });
}

const denied: GpuSource = {
  ...{ name: 'denied', lookedFor: 'denied' },
  open(events) {
    setTimeout(() => events.ended('Readings are denied. Run `usermod`', true), 1);
    return { stop: () => Promise.resolve() };
  },
};

interface Watching {
  readonly states: GpuState[];
  readonly until: (wanted: (state: GpuState) => boolean) => Promise<GpuState>;
}

function poll(options: Partial<GpuPollerOptions>): Watching {
  const states: GpuState[] = [];
  let wake = (): void => undefined;
  poller = createGpuPoller({
    intervalMs: 20,
    log: SILENT_LOG,
    facts: () => Promise.resolve([]),
    onState: (state) => {
      states.push(state);
      wake();
    },
    ...options,
    timeouts: {
      ...{ restartMs: 20, restartCapMs: 50, lookAgainMs: 3_600_000, publishMs: 0 },
      ...options.timeouts,
    },
  });
  poller.start();
  return {
    states,
    until: async (wanted) => {
      for (;;) {
        const state = states.at(-1);
        if (state !== undefined && wanted(state)) return state;
        await new Promise<void>((resolve) => (wake = resolve));
      }
    },
  };
}

describe.skipIf(process.platform === 'win32')('GPU sources', () => {
  it('are read all at once, and none hides another', async () => {
    const smi = await fakeNvidiaSmi(folder, `while :; do echo "${NVIDIA_LINE}"; sleep 0.02; done`);
    const { states } = poll({ sources: [smi, polled('amdgpu')] });
    while (states.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const state of states) {
      expect(state).toMatchObject({ status: 'live', source: 'nvidia-smi, amdgpu', note: null });
      expect(state.gpus).toMatchObject([
        { index: 0, vendor: 'nvidia', id: 'GPU-7', powerW: 55.5 },
        { index: 1, vendor: 'amd', id: '0000:03:00.0', powerW: 30 },
      ]);
    }
  });

  it.each([
    ['dies', `echo "${NVIDIA_LINE}"; sleep 0.1; exit 9`, 'nvidia-smi ended'],
    ['hangs', `echo "${NVIDIA_LINE}"; exec sleep 60`, 'nvidia-smi has said nothing'],
    [
      'spews garbage',
      `echo "${NVIDIA_LINE}"; exec yes "%&! 0, , ,"`,
      'nvidia-smi has said nothing',
    ],
  ])('that %s leave the others alone, and a note says so', async (_what, script, note) => {
    const smi = await fakeNvidiaSmi(folder, `[ $run -gt 1 ] && exec sleep 60\n${script}`);
    const { states, until } = poll({
      sources: [smi, polled('amdgpu')],
      timeouts: { silenceMs: 300, firstReadingMs: 600 },
    });
    await until((state) => state.gpus.some((gpu) => gpu.vendor === 'nvidia'));
    const state = await until((one) => one.note?.includes(note) === true);
    expect(state).toMatchObject({ status: 'live', source: 'amdgpu' });
    expect(state.gpus.find((gpu) => gpu.vendor === 'nvidia')).toMatchObject({
      ...{ name: 'NVIDIA L4', powerW: null, utilizationPercent: null },
    });
    const told = states.length;
    await until(() => states.length > told + 5);
    expect(states.at(-1)?.gpus.find((gpu) => gpu.vendor === 'amd')).toMatchObject({ powerW: 30 });
    expect(states.every(({ status }) => status === 'live')).toBe(true);
  });

  it('that are missing are not told while another works', async () => {
    const missing = createNvidiaSmiSource({ path: join(folder, 'missing') });
    const empty = polled('empty', () => []);
    const { until } = poll({ sources: [missing, polled('amdgpu'), empty] });
    expect(await until(({ status }) => status === 'live')).toMatchObject({
      ...{ source: 'amdgpu', note: null },
    });
  });

  it('that are denied are told once in the log, and in the note as long as it is so', async () => {
    const warnings: object[] = [];
    const log: Log = { ...SILENT_LOG, warn: (fields) => void warnings.push(fields) };
    const sources = [denied, polled('amdgpu')];
    const { states, until } = poll({ sources, log, timeouts: { lookAgainMs: 10 } });
    await until(() => states.length > 10);
    expect(states.at(-1)?.note).toBe('Readings are denied. Run `usermod`.');
    expect(warnings).toEqual([{ source: 'denied', reason: 'Readings are denied. Run `usermod`' }]);
  });

  it('that throw when they are opened or read leave the others alone', async () => {
    const throwing: GpuSource = {
      ...{ name: 'throwing', lookedFor: 'it' },
      open: () => {
        throw new Error('no such thing');
      },
    };
    const failing = polled('failing', () => {
      throw new Error('read error');
    });
    const { until } = poll({ sources: [throwing, failing, polled('amdgpu')] });
    const state = await until(({ status }) => status === 'live');
    expect(state.note).toContain('throwing could not be started: Error: no such thing');
    expect(state.source).toBe('amdgpu');
  });

  it('wait a little for a slow source, so that its device comes first', async () => {
    const slow: GpuSource = {
      ...polled('slow'),
      open(events) {
        const nvidia = { ...READING, id: 'GPU-1', vendor: 'nvidia' } as const;
        setTimeout(() => events.readings([nvidia]), 100);
        return { stop: () => Promise.resolve() };
      },
    };
    const { states, until } = poll({ sources: [slow, polled('amdgpu')] });
    await until(({ status }) => status === 'live');
    expect(states[0]?.gpus.map(({ vendor }) => vendor)).toEqual(['nvidia', 'amd']);
  });

  it('do not wait long for a source that hangs at once', async () => {
    const hung: GpuSource = {
      ...polled('hung'),
      open: () => ({ stop: () => new Promise(() => undefined) }),
    };
    const sources = [hung, polled('amdgpu')];
    const { until } = poll({ sources, timeouts: { settleMs: 30, stopMs: 30 } });
    expect(await until(() => true)).toMatchObject({ status: 'live', source: 'amdgpu' });
    // A tool that cannot be ended does not hold up the end of the program.
    await poller?.stop();
  });

  it('that cannot be ended are not started again', async () => {
    let opened = 0;
    const stuck: GpuSource = {
      ...polled('stuck'),
      open: () => {
        opened += 1;
        return { stop: () => new Promise(() => undefined) };
      },
    };
    const timeouts = { firstReadingMs: 10, settleMs: 10, lookAgainMs: 10, stopMs: 10 };
    const { states, until } = poll({ sources: [stuck, polled('amdgpu')], timeouts });
    await until(() => states.length > 10);
    expect(opened).toBe(1);
    expect(states.at(-1)?.note).toContain('stuck has said nothing');
  });

  it('give way to their fallback while they do not work', async () => {
    const smi = await fakeNvidiaSmi(folder, `while :; do echo "${NVIDIA_LINE}"; sleep 0.02; done`);
    let isThere = false;
    let opened = 0;
    const better: GpuSource = {
      ...{ name: 'better', lookedFor: 'better', fallback: smi },
      open(events) {
        opened += 1;
        const reading = { ...READING, id: 'GPU-7', vendor: 'nvidia' } as const;
        setTimeout(() => (isThere ? events.readings([reading]) : events.ended('not there')), 1);
        return { stop: () => Promise.resolve() };
      },
    };
    const { until } = poll({ sources: [better], timeouts: { silenceMs: 300 } });
    expect(await until(() => true)).toMatchObject({ source: 'nvidia-smi', note: null });
    expect(opened).toBe(1);
    // When the fallback dies, the better source has another try.
    isThere = true;
    await writeFile(join(folder, 'nvidia-smi'), '');
    poller?.setIntervalMs(1_000);
    expect(await until(({ source }) => source === 'better')).toMatchObject({ status: 'live' });
  });

  it('give energy at their own moments, for the devices whose power they tell', async () => {
    const told: string[] = [];
    const shared = polled('poor', () => [{ ...READING, powerW: 9 }]);
    const own = polled('own', () => [{ ...READING, id: '0000:09:00.0', powerW: 70 }]);
    const { states, until } = poll({
      sources: [polled('rich'), shared, own],
      onReadings: (gpus) => told.push(gpus.map(({ id, powerW }) => `${id} ${powerW}`).join()),
    });
    await until(() => states.length > 20);
    expect([...new Set(told)].sort()).toEqual(['0000:03:00.0 30', '0000:09:00.0 70']);
  });

  it('are published at most once a second, however fast they are read, but told all', async () => {
    let reads = 0;
    const samples = new Set<number | null>();
    const fast = polled('fast', () => [{ ...READING, powerW: (reads += 1) }]);
    const { states } = poll({
      ...{ sources: [fast], intervalMs: 5, timeouts: { publishMs: 400 } },
      onSample: ({ gpus }) => gpus.forEach(({ powerW }) => samples.add(powerW)),
    });
    while (reads < 60) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(states.length).toBeLessThan(reads / 10);
    expect(states.length).toBeGreaterThan(0);
    // The last reading may be on its way.
    expect(samples.size).toBeGreaterThanOrEqual(reads - 1);
  });

  it('publish the range of the readings since the last state', async () => {
    let reads = 0;
    const watts = [100, 400, 250];
    const fast = polled('fast', () => [{ ...READING, powerW: watts[(reads += 1) % 3] ?? null }]);
    const ranges: unknown[] = [];
    poll({
      ...{ sources: [fast], intervalMs: 5, timeouts: { publishMs: 200 } },
      onState: (_state, [range]) => void ranges.push(range?.powerW),
    });
    while (ranges.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(ranges[1]).toMatchObject({ min: 100, max: 400 });
  });

  it('publish the newest values of a source that reads while another was just published', async () => {
    let reads = 0;
    const rare = polled('rare', () => [{ ...READING, powerW: (reads += 1) }]);
    const { until } = poll({ sources: [rare], intervalMs: 60, timeouts: { publishMs: 100 } });
    await until(({ gpus }) => gpus[0]?.powerW === 1);
    while (reads < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    poller?.setIntervalMs(3_600_000);
    expect((await until(({ gpus }) => (gpus[0]?.powerW ?? 0) > 1)).status).toBe('live');
  });
});
