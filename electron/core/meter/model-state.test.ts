import { describe, expect, it } from 'vitest';
import { activityRecord } from '../../../tests/support/records.ts';
import type { ActivityRecord, Timing } from '../../../shared/usage.ts';
import { UNKNOWN_STATE, withLoadOrQueue } from './model-state.ts';

const TIMING: Timing = {
  ...activityRecord().timing,
  durationMs: 9_000,
  timeToFirstTokenMs: 6_000,
  queueMs: null,
  loadMs: 20,
  prefillMs: 500,
  decodeMs: 1_000,
};

function row(timing: Partial<Timing>, more: Partial<ActivityRecord> = {}): ActivityRecord {
  const record = activityRecord({ api: 'ollama', ...more });
  const usage = { ...record.usage, outputTokens: 10 };
  return { ...record, usage, timing: { ...TIMING, ...timing } };
}

const IDLE = { wasBusy: false };
const BUSY = { wasBusy: true };

describe("Ollama's load_duration", () => {
  it.each([
    ['listed as loaded', true, 9_000, null],
    ['not listed', false, 5_000, 5_000],
    ['not listed, loaded fast', false, 300, 300],
    ['not listed yet, but scheduled like a loaded one', false, 40, null],
    ['unknown, long', null, 1_500, 1_500],
    ['unknown, short', null, 700, null],
  ] as const)('of a model that is %s is a load or not', (_, wasLoaded, told, load) => {
    const { loadMs, queueMs } = withLoadOrQueue(row({ loadMs: told }), { wasLoaded, ...IDLE });
    expect({ loadMs, queueMs }).toEqual({ loadMs: load, queueMs: null });
  });

  it('is no load if another request of the model is in flight, which brings it in', () => {
    const behind = withLoadOrQueue(row({ loadMs: 5_000 }), { wasLoaded: false, ...BUSY });
    expect(behind).toEqual({ ...TIMING, loadMs: null, queueMs: 5_400 });
  });

  it('stays as it is from other servers', () => {
    const record = row({ loadMs: 20 }, { api: 'openai' });
    expect(withLoadOrQueue(record, { wasLoaded: true, ...BUSY })).toBe(record.timing);
  });
});

describe('the time in the queue of Ollama', () => {
  const queue = (timing: Partial<Timing>, more: Partial<ActivityRecord> = {}): number | null =>
    withLoadOrQueue(row(timing, more), { wasLoaded: true, ...BUSY }).queueMs;

  it('is what was before the first token, without the prompt and the token itself', () => {
    expect(queue({})).toBe(5_400);
  });

  it('is no longer than the exchange without the times of evaluation', () => {
    expect(queue({ timeToFirstTokenMs: 8_900 })).toBe(7_500);
    expect(queue({ timeToFirstTokenMs: null })).toBe(7_500);
  });

  it('is never negative', () => {
    expect(queue({ timeToFirstTokenMs: 400 })).toBe(0);
  });

  it('is unknown without another request, without durations, and after two runs', () => {
    expect(withLoadOrQueue(row({}), { wasLoaded: true, ...IDLE }).queueMs).toBeNull();
    expect(withLoadOrQueue(row({}), UNKNOWN_STATE).queueMs).toBeNull();
    expect(queue({ prefillMs: null })).toBeNull();
    expect(queue({ loadMs: null })).toBeNull();
    const features = { ...activityRecord().features, structuredOutput: true, thinking: null };
    expect(queue({}, { features })).toBeNull();
  });
});
