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
    notify: true,
    ...given,
  };
}

const over = {
  status: 'resolved',
  since: 2_000,
  message: 'GPU temperature: back at 60 °C',
} as const;

describe('what the desktop says', () => {
  it('is each beginning and each end, once', () => {
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

  it('is nothing of what was over before it was said to begin', () => {
    expect(noticesFor([], [alert(over)])).toEqual([]);
    expect(noticesFor([alert()], [alert({ ...over, firedAt: 1_500 })])).toEqual([]);
  });

  it('is said again when it fires again', () => {
    const again = alert({ since: 3_000, firedAt: 3_000 });
    expect(noticesFor([alert(over)], [again])).toHaveLength(1);
    // Two changes may come in one delta.
    expect(noticesFor([alert()], [again])).toHaveLength(1);
  });

  it('tells subjects apart', () => {
    expect(noticesFor([alert()], [alert(), alert({ subject: '1' })])).toHaveLength(1);
  });

  it('is nothing where the settings say so', () => {
    expect(noticesFor([], [alert({ notify: false })])).toEqual([]);
  });

  it('is one sentence for many', () => {
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
