import * as v from 'valibot';
import { alertRulesSchema } from '../../../shared/alerts.ts';
import type { AlertRule, AlertRuleInput } from '../../../shared/alerts.ts';

const MINUTE = 60_000;

/**
 * The first three rules and their thresholds come from the Prometheus section of ollama-local-serve's
 * documentation: 0.1 errors a second, 3 seconds at p95, a server that is down for a minute.
 */
const RULES: readonly AlertRuleInput[] = [
  {
    name: 'High error rate',
    figure: 'errors_per_minute',
    threshold: 6,
    windowMs: 5 * MINUTE,
    forMs: 5 * MINUTE,
  },
  {
    name: 'High latency',
    figure: 'latency_ms',
    percentile: 95,
    threshold: 3_000,
    windowMs: 5 * MINUTE,
    forMs: 5 * MINUTE,
  },
  {
    name: 'Upstream down',
    figure: 'upstream_down',
    by: 'upstream',
    forMs: MINUTE,
    severity: 'critical',
  },
  {
    name: 'Slow first token',
    figure: 'first_token_ms',
    percentile: 95,
    by: 'model',
    threshold: 10_000,
    minRequests: 5,
    windowMs: 15 * MINUTE,
  },
  {
    name: 'Generation slowed down',
    figure: 'output_speed_drop_percent',
    by: 'model',
    threshold: 50,
    clear: 30,
    minRequests: 5,
    windowMs: 10 * MINUTE,
  },
  {
    name: 'GPU hot',
    figure: 'gpu_temperature_celsius',
    by: 'gpu',
    threshold: 85,
    clear: 80,
    forMs: MINUTE,
    keepFiringMs: MINUTE,
  },
  {
    name: 'GPU memory nearly full',
    figure: 'gpu_memory_percent',
    by: 'gpu',
    threshold: 95,
    clear: 90,
    forMs: 5 * MINUTE,
    severity: 'info',
  },
  {
    name: 'Daily tokens of a client',
    figure: 'tokens_today',
    by: 'client',
    threshold: 1_000_000,
    severity: 'info',
  },
  { name: 'Daily energy', figure: 'energy_today_wh', threshold: 2_000, severity: 'info' },
  { name: 'Ledger in trouble', figure: 'ledger_degraded', forMs: MINUTE, severity: 'critical' },
  { name: 'Figures not sent', figure: 'exporter_failing', by: 'exporter', forMs: 10 * MINUTE },
];

/** Example rules. They are off by default: an unrequested alert is noise. */
export const EXAMPLE_RULES: readonly AlertRule[] = v.parse(
  alertRulesSchema,
  RULES.map((rule) => ({ ...rule, enabled: false })),
);
