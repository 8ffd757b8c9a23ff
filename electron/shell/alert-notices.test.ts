import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../shared/alert-state.ts';
import { noticesFor } from './alert-notices.ts';

function alert(given: Partial<AlertState> = {}): AlertState {
  return {
    rule: 'GPU hot',
    figure: 'gpu_temperature_celsius',
    severity: 'warning',
    by: 'gpu',
    subject: '0',
    status: 'firing',
    since: 1_000,
    firedAt: 1_000,
    value: 90,
    threshold: 80,
    message: 'GPU temperature is 90 °C, above 80 °C (gpu 0)',
    messageSentence: null,
    notify: true,
    ...given,
  };
}

const over = {
  status: 'resolved',
  since: 2_000,
  message: 'GPU temperature: back at 60 °C',
  messageSentence: null,
} as const;

describe('a desktop notification', () => {
  it('is shown once for each start and each end', () => {
    const pending = alert({ status: 'pending', firedAt: null });
    expect(noticesFor([], [pending])).toEqual([]);
    expect(noticesFor([pending], [alert()])).toEqual([
      { title: 'GPU hot', body: alert().message, urgent: false },
    ]);
    expect(noticesFor([alert()], [alert({ value: 95 })])).toEqual([]);
    expect(noticesFor([alert()], [alert(over)])).toEqual([
      { title: 'Over: GPU hot', body: over.message, urgent: false },
    ]);
    expect(noticesFor([alert(over)], [alert(over)])).toEqual([]);
    expect(noticesFor([alert(over)], [])).toEqual([]);
  });

  it('is not shown for an alert that ended before its start was shown', () => {
    expect(noticesFor([], [alert(over)])).toEqual([]);
    expect(noticesFor([alert()], [alert({ ...over, firedAt: 1_500 })])).toEqual([]);
  });

  it('is shown again when the alert fires again', () => {
    const again = alert({ since: 3_000, firedAt: 3_000 });
    expect(noticesFor([alert(over)], [again])).toHaveLength(1);
    // Two changes may come in one delta.
    expect(noticesFor([alert()], [again])).toHaveLength(1);
  });

  it('distinguishes subjects', () => {
    expect(noticesFor([alert()], [alert(), alert({ subject: '1' })])).toHaveLength(1);
  });

  it('is not shown if the settings turn it off', () => {
    expect(noticesFor([], [alert({ notify: false })])).toEqual([]);
  });

  it('combines many alerts in one sentence', () => {
    const many = ['a', 'b', 'c', 'd'].map((rule) => alert({ rule, severity: 'critical' }));
    expect(noticesFor([], many)).toEqual([
      { title: '4 alerts', body: 'a, b, c and more', urgent: true },
    ]);
    const ended = many.map((state) => ({ ...state, ...over }));
    expect(noticesFor(many, ended)).toEqual([
      { title: '4 alerts are over', body: 'a, b, c and more', urgent: false },
    ]);
  });
});
