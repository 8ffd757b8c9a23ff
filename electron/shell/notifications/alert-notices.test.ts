import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../../shared/alert-state.ts';
import { sentence } from '../../../shared/sentences.ts';
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
} as const;

const address = '/alerts?rule=GPU+hot';

describe('a desktop notification', () => {
  it('is shown once for each start and each end', () => {
    const pending = alert({ status: 'pending', firedAt: null });
    expect(noticesFor([], [pending], 'en')).toEqual([]);
    expect(noticesFor([pending], [alert()], 'en')).toEqual([
      { title: 'GPU hot', body: alert().message, urgent: false, address },
    ]);
    expect(noticesFor([alert()], [alert({ value: 95 })], 'en')).toEqual([]);
    expect(noticesFor([alert()], [alert(over)], 'en')).toEqual([
      { title: 'Over: GPU hot', body: over.message, urgent: false, address },
    ]);
    expect(noticesFor([alert(over)], [alert(over)], 'en')).toEqual([]);
    expect(noticesFor([alert(over)], [], 'en')).toEqual([]);
  });

  it('is not shown for an alert that ended before its start was shown', () => {
    expect(noticesFor([], [alert(over)], 'en')).toEqual([]);
    expect(noticesFor([alert()], [alert({ ...over, firedAt: 1_500 })], 'en')).toEqual([]);
  });

  it('is shown again when the alert fires again', () => {
    const again = alert({ since: 3_000, firedAt: 3_000 });
    expect(noticesFor([alert(over)], [again], 'en')).toHaveLength(1);
    // Two changes may come in one delta.
    expect(noticesFor([alert()], [again], 'en')).toHaveLength(1);
  });

  it('distinguishes subjects', () => {
    expect(noticesFor([alert()], [alert(), alert({ subject: '1' })], 'en')).toHaveLength(1);
  });

  it('is not shown if the settings turn it off', () => {
    expect(noticesFor([], [alert({ notify: false })], 'en')).toEqual([]);
  });

  it('speaks the language of the window', () => {
    const limit = { value: 80, unit: 'celsius' } as const;
    const values = { title: sentence('figure_gpu_temperature_celsius'), limit, about: '' };
    const messageSentence = sentence('alert_above', {
      ...values,
      value: { value: 90.5, unit: 'celsius' },
    });
    const fired = alert({ messageSentence });
    expect(noticesFor([], [fired], 'de')[0]?.body).toBe('GPU-Temperatur: 91 °C, über 80 °C');
    expect(noticesFor([fired], [alert(over)], 'de')[0]?.title).toBe('Vorbei: GPU hot');
  });

  it('combines many alerts in one sentence', () => {
    const many = ['a', 'b', 'c', 'd'].map((rule) => alert({ rule, severity: 'critical' }));
    expect(noticesFor([], many, 'en')).toEqual([
      { title: '4 alerts', body: 'a, b, c and more', urgent: true, address: '/alerts' },
    ]);
    const ended = many.map((state) => ({ ...state, ...over }));
    expect(noticesFor(many, ended, 'en')).toEqual([
      { title: '4 alerts are over', body: 'a, b, c and more', urgent: false, address: '/alerts' },
    ]);
  });
});
