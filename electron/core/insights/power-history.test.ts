import { describe, expect, it } from 'vitest';
import { facts, gpu } from '../../../tests/support/insight-facts.ts';
import type { GivenFacts } from '../../../tests/support/insight-facts.ts';
import type { JsonDocument } from '../json-document.ts';
import { SILENT_LOG } from '../log.ts';
import { PowerHistory } from './power-history.ts';
import type { PowerSample } from './power-history.ts';

const NOW = Date.UTC(2026, 10, 21, 13);
const DAY = 86_400_000;

function memory(stored: Record<string, unknown> = {}): JsonDocument {
  let document = stored;
  return { read: () => document, write: (value) => void (document = structuredClone(value)) };
}

const AT_WORK = gpu({ samples: 12, powerW: 300.4, powerLimitW: 319.9 });

function samplesOf({ context, ...given }: GivenFacts = {}): readonly PowerSample[] {
  const history = new PowerHistory(memory(), SILENT_LOG, NOW);
  const made = facts({ ...given, context: { gpus: [AT_WORK], meanInFlight: 1, ...context } });
  history.add(made.record, made.context);
  return history.samples;
}

describe('the speed and power at a limit', () => {
  it('are remembered of an ordinary answer', () => {
    expect(samplesOf()).toMatchObject([
      {
        gpu: AT_WORK.name,
        ...{ upstream: 'ollama', model: 'qwen3:8b' },
        ...{ limitW: 320, powerW: 300.4, tokensPerSecond: 70 },
      },
    ]);
  });

  it.each<[string, GivenFacts]>([
    ['too short for a sensor that averages', { record: { timing: { durationMs: 1_400 } } }],
    ['with few readings', { context: { gpus: [{ ...AT_WORK, samples: 2 }] } }],
    ['among others', { context: { meanInFlight: 1.5 } }],
    ['on one of several GPUs', { context: { gpus: [AT_WORK, AT_WORK] } }],
    ['without a limit', { context: { gpus: [{ ...AT_WORK, powerLimitW: null }] } }],
    ['that failed', { record: { error: 'upstream_died' } }],
  ])('are not remembered of an answer %s', (_what, given) => {
    expect(samplesOf(given)).toEqual([]);
  });

  const { record, context } = facts({ context: { gpus: [AT_WORK], meanInFlight: 1 } });

  it('are kept between runs for three months', () => {
    const document = memory();
    const first = new PowerHistory(document, SILENT_LOG, NOW);
    first.add(record, context);
    first.save();
    const { completedAt } = record;
    const later = (days: number): number =>
      new PowerHistory(document, SILENT_LOG, completedAt + days * DAY).samples.length;
    expect([later(0), later(89), later(91)]).toEqual([1, 1, 0]);
  });

  it('are those of the latest answers at each limit, so that no limit crowds out another', () => {
    const history = new PowerHistory(memory(), SILENT_LOG, NOW);
    history.add(record, { ...context, gpus: [{ ...AT_WORK, powerLimitW: 250 }] });
    for (let n = 1; n <= 600; n += 1) {
      history.add(record, { ...context, gpus: [{ ...AT_WORK, powerW: n }] });
    }
    expect(history.samples.filter(({ limitW }) => limitW === 250)).toHaveLength(1);
    expect(history.samples.map(({ powerW }) => powerW).slice(1)).toEqual(
      Array.from({ length: 25 }, (_, n) => 576 + n),
    );
  });

  it('leave out what is damaged, and survive a folder that cannot be written', () => {
    const answers = [{ at: NOW, gpu: 'x' }, 5, null];
    const full: JsonDocument = {
      read: () => ({ answers }),
      write: () => {
        throw new Error('ENOSPC');
      },
    };
    const history = new PowerHistory(full, SILENT_LOG, NOW);
    expect(history.samples).toEqual([]);
    history.add(record, context);
    history.save();
    expect(history.samples).toHaveLength(1);
  });
});
