import { describe, expect, it } from 'vitest';
import { GIB, loadedModel, machine } from '../../../tests/support/insight-facts.ts';
import { NO_GPU_DETAILS } from '../../../shared/gpu.ts';
import type { GpuDetails, GpuReading, GpuState } from '../../../shared/gpu.ts';
import { Circumstances } from './circumstances.ts';

let now = 0;
let at = 0;

function gathered(isLocal = true): Circumstances {
  now = 0;
  return new Circumstances({
    loadedModel: (_upstream, name) => (name === 'qwen3:8b' ? loadedModel() : null),
    isLocal: () => isLocal,
    machine: () => machine(),
    now: () => now,
  });
}

function reading(given: Partial<GpuReading> = {}, details: Partial<GpuDetails> = {}): GpuState {
  at += 1;
  const gpu: GpuReading = {
    index: 0,
    id: 'GPU-0',
    name: 'RTX 4090',
    vendor: 'nvidia',
    utilizationPercent: 90,
    memoryUsedBytes: 12 * GIB,
    memoryTotalBytes: 24 * GIB,
    temperatureC: 70,
    powerW: 300,
    powerLimitW: 450,
    details: { ...NO_GPU_DETAILS, ...details },
    ...given,
  };
  return { status: 'live', source: 'test', note: null, noteSentence: null, at, gpus: [gpu] };
}

describe('circumstances', () => {
  it('tell how many were in flight at the same server, as a mean over the time', () => {
    const all = gathered();
    const one = all.watch('ollama', 'qwen3:8b');
    all.watch('other', 'm');
    now = 1_000;
    const two = all.watch('ollama', 'qwen3:8b');
    now = 3_000;
    two.stop();
    now = 4_000;
    one.stop();
    expect(one.context.meanInFlight).toBe(1.5);
    expect(two.context.meanInFlight).toBe(2);
    expect(all.inFlight).toBe(1);
  });

  it('end once, at the first of two ends', () => {
    const all = gathered();
    const one = all.watch('ollama', 'm');
    now = 10;
    one.stop();
    one.stop();
    const next = all.watch('ollama', 'm');
    now = 20;
    next.stop();
    expect(next.context.meanInFlight).toBe(1);
  });

  it('fold the readings of each GPU, each reading once', () => {
    const all = gathered();
    all.onGpu(reading({ temperatureC: 99 }));
    const one = all.watch('ollama', 'qwen3:8b');
    const hot = reading({}, { throttleReasons: ['thermal'], clockMHz: 1_000, maxClockMHz: 2_000 });
    all.onGpu(hot);
    all.onGpu(hot);
    all.onGpu(reading({ powerW: 100 }, { throttleReasons: [], clockMHz: 2_000 }));
    all.onGpu({ ...reading(), status: 'lost' });
    now = 1;
    one.stop();
    expect(one.context.loadedModel?.name).toBe('qwen3:8b');
    expect(one.context.machine).not.toBeNull();
    expect(one.context.gpus).toMatchObject([
      {
        samples: 2,
        throttled: { thermal: 0.5, power_cap: 0 },
        clockMHz: 1_500,
        maxClockMHz: 2_000,
        powerW: 200,
        maxTemperatureC: 70,
        link: null,
        other: null,
      },
    ]);
  });

  it('judge the PCIe link under load only', () => {
    const all = gathered();
    const one = all.watch('ollama', 'm');
    const pcie = { generation: 1, width: 16, maxGeneration: 4, maxWidth: 16 };
    all.onGpu(reading({ utilizationPercent: 3 }, { pcie }));
    all.onGpu(reading({}, { pcie: { ...pcie, generation: 4 } }));
    all.onGpu(reading({}, { pcie: { ...pcie, width: 8 } }));
    one.stop();
    expect(one.context.gpus[0]?.link).toMatchObject({ samples: 2, below: 1, width: 8 });
  });

  it('tell other programs from model servers', () => {
    const all = gathered();
    const one = all.watch('ollama', 'm');
    const process = (name: string | null, utilizationPercent: number | null) => ({
      pid: 1,
      name,
      memoryBytes: null,
      utilizationPercent,
    });
    const processes = [
      process('/usr/bin/ollama', 80),
      process('C:\\x\\llama-server.exe', 70),
      process('python3', 60),
      process(null, 50),
      process('blender', 40),
      process('game', null),
    ];
    all.onGpu(reading({}, { processes }));
    all.onGpu(reading({}, { processes: [] }));
    one.stop();
    expect(one.context.gpus[0]?.other).toEqual({ name: 'blender', utilizationPercent: 20 });
  });

  it('say nothing about this machine for a server elsewhere', () => {
    const all = gathered(false);
    const one = all.watch('remote', 'm');
    all.onGpu(reading());
    one.stop();
    expect(one.context).toMatchObject({ gpus: [], machine: null });
  });
});
