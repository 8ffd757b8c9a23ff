import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FIGURE_NAMES, figureOf } from '../../../shared/alert-figures.ts';
import { parseSettings } from '../../../shared/settings.ts';

/** The problems of a rule, one line each. */
function problems(rule: object): readonly string[] {
  const result = parseSettings({ alerts: { rules: [rule] } });
  return result.ok ? [] : result.problems;
}

describe('a rule', () => {
  it('gets missing values from its figure', () => {
    const rules = [
      { name: 'slow', figure: 'latency_ms', threshold: 3_000 },
      { name: 'down', figure: 'upstream_down' },
    ];
    const result = parseSettings({ alerts: { rules } });
    expect(result.ok && result.settings.alerts.rules).toMatchObject([
      { op: 'above', clear: 3_000, percentile: 95, windowMs: 300_000, by: null, enabled: true },
      { threshold: 0.5, clear: 0.5, percentile: null, windowMs: null, severity: 'warning' },
    ]);
  });

  it('may use the earlier names of exporters', () => {
    const where = { outlet: 'otlp' };
    const rules = [
      { name: 'not sent', figure: 'outlet_failing', by: 'outlet' },
      { name: 'behind', figure: 'outlet_behind', threshold: 9, where },
    ];
    const result = parseSettings({ alerts: { rules } });
    expect(result.ok && result.settings.alerts.rules).toMatchObject([
      { figure: 'exporter_failing', by: 'exporter' },
      { figure: 'exporter_behind', where: { exporter: 'otlp' } },
    ]);
  });

  it('may be sent back as the API returned it', () => {
    const rules = [
      { name: 'slow', figure: 'latency_ms', threshold: 3_000, by: 'model', where: { key: 'k' } },
      { name: 'hot', figure: 'gpu_temperature_celsius', threshold: 80, clear: 70, by: 'gpu' },
    ];
    const first = parseSettings({ alerts: { rules } });
    const second = first.ok ? parseSettings({ alerts: first.settings.alerts }) : first;
    expect(second).toEqual(first);
    expect(second.ok).toBe(true);
  });

  it.each([
    [{ figure: 'latency' }, /^alerts\.rules\.0\.figure: must be one of: .*latency_ms.*gpu_power/],
    [{ figure: 'latency_ms', threshold: 1, by: 'gpu' }, /\.by: .* model, client, key, upstream$/],
    [{ figure: 'latency_ms', threshold: 1, where: { gpu: '0' } }, /\.where: latency_ms can be/],
    [{ figure: 'ledger_degraded', by: 'model' }, /\.by: ledger_degraded cannot be split/],
    [{ figure: 'latency_ms', threshold: 1, by: 'colour' }, /\.by: must be one of: model, /],
    [{ figure: 'latency_ms' }, /\.threshold: latency_ms needs one \(ms\)/],
    [{ figure: 'latency_ms', threshold: '3' }, /\.threshold: must be a number/],
    [{ figure: 'latency_ms', treshold: 3, threshold: 1 }, /\.treshold: a rule has no such field/],
    [
      { figure: 'latency_ms', threshold: 1, where: { modell: 'x' } },
      /\.where\.modell: figures can be/,
    ],
    [{ figure: 'latency_ms', threshold: 1, clear: 2 }, /\.clear: must not be above the threshold/],
    [{ figure: 'latency_ms', op: 'below', threshold: 2, clear: 1 }, /\.clear: must not be below/],
    [{ figure: 'latency_ms', op: '>', threshold: 2 }, /\.op: must be above or below/],
    [{ figure: 'latency_ms', threshold: 2, forMs: -1 }, /\.forMs: must not be negative/],
    [{ figure: 'upstream_down', windowMs: 5_000 }, /\.windowMs: upstream_down has none/],
    [{ figure: 'error_percent', threshold: 5, percentile: 50 }, /\.percentile: error_percent has/],
    [{ figure: 'latency_ms', threshold: 5, percentile: 0.95 }, /\.percentile: must be 1 or more/],
    [
      { figure: 'tokens_today', threshold: 5, by: 'client', where: { model: 'x' } },
      /\.where: tokens_today can be split by only one of model, client, key, upstream/,
    ],
  ])('is refused with the reason: %j', (rule, problem) => {
    expect(problems({ name: 'x', ...rule })).toEqual([expect.stringMatching(problem)]);
  });

  it('needs a unique name', () => {
    const rule = { name: 'x', figure: 'upstream_down' };
    const result = parseSettings({ alerts: { rules: [rule, rule] } });
    expect(result).toEqual({
      ok: false,
      problems: ['alerts.rules.1.name: another rule is called "x" too'],
    });
    expect(problems({ figure: 'upstream_down' })).toEqual(['alerts.rules.0.name: is needed']);
    expect(problems({ ...rule, name: ' ' })).toEqual(['alerts.rules.0.name: must not be empty']);
  });
});

it('documents every figure, with its unit and names', () => {
  const text = readFileSync(new URL('../../../docs/alerts.md', import.meta.url), 'utf8');
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  for (const name of FIGURE_NAMES) {
    const { unit, splits, title } = figureOf(name);
    const row = rows.find(([, cell]) => cell === `\`${name}\``);
    expect(row?.slice(2, 4), name).toEqual([unit.replaceAll('_', ' '), splits.join(', ')]);
    expect(row?.[5]).toContain(title);
  }
});
