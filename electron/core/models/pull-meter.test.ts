import { describe, expect, it } from 'vitest';
import { PullMeter } from './pull-meter.ts';

function step(digest: string, completed: number, total = 1_000) {
  return { status: `pulling ${digest}`, digest, total, completed, percent: null };
}

describe('the progress of a download', () => {
  it('is unknown before the first layer', () => {
    const meter = new PullMeter();
    meter.add({ ...step('a', 0), digest: null, total: null, completed: null }, 0);
    expect(meter.figures(1_000)).toEqual({
      completedBytes: null,
      totalBytes: null,
      bytesPerSecond: null,
      secondsLeft: null,
    });
  });

  it('adds up the layers, and measures the last seconds', () => {
    const meter = new PullMeter();
    meter.add(step('a', 0), 0);
    meter.add(step('a', 500), 1_000);
    meter.add(step('b', 0, 500), 2_000);
    expect(meter.figures(2_000)).toEqual({
      completedBytes: 500,
      totalBytes: 1_500,
      bytesPerSecond: 250,
      secondsLeft: 4,
    });
  });

  it('does not count what the server had before as speed', () => {
    const meter = new PullMeter();
    meter.add(step('a', 800), 0);
    meter.add(step('a', 900), 1_000);
    expect(meter.figures(1_000)).toMatchObject({
      completedBytes: 900,
      bytesPerSecond: 100,
      secondsLeft: 1,
    });
  });

  it('has no speed once nothing was received for the measured time', () => {
    const meter = new PullMeter();
    meter.add(step('a', 0), 0);
    meter.add(step('a', 400), 1_000);
    expect(meter.figures(4_000).bytesPerSecond).toBe(100);
    expect(meter.figures(9_000)).toMatchObject({ bytesPerSecond: null, secondsLeft: null });
  });
});
