import { describe, expect, it } from 'vitest';
import type { AlertState } from '../../../shared/alert-state.ts';
import { announcedRules, firingAlerts } from './alert-notices.ts';

function alert(rule: string, part: Partial<AlertState> = {}): AlertState {
  return {
    rule,
    figure: 'latency_ms',
    severity: 'warning',
    by: 'model',
    subject: 'a',
    status: 'firing',
    since: 1_000,
    firedAt: 1_000,
    value: 1,
    threshold: 1,
    message: '',
    messageSentence: null,
    notify: true,
    ...part,
  };
}

describe('alerts on the overview', () => {
  it('are the firing ones, the most severe first, then the newest', () => {
    const alerts = [
      alert('info', { severity: 'info', since: 9_000 }),
      alert('old'),
      alert('pending', { status: 'pending' }),
      alert('new', { since: 2_000 }),
      alert('resolved', { status: 'resolved' }),
      alert('critical', { severity: 'critical' }),
    ];
    expect(firingAlerts(alerts).map(({ rule }) => rule)).toEqual([
      'critical',
      'new',
      'old',
      'info',
    ]);
  });

  it('are announced by rule, without their readings', () => {
    const slow = [alert('Slow'), alert('Slow', { subject: 'b', value: 2 })];
    expect(announcedRules([])).toEqual([]);
    expect(announcedRules(slow)).toEqual(['Slow (warning)']);
    expect(announcedRules([alert('Hot', { severity: 'critical' }), ...slow])).toEqual([
      'Hot (critical)',
      'Slow (warning)',
    ]);
  });
});
