import { Hono } from 'hono';
import * as v from 'valibot';
import { SPLITS } from '../../../../shared/alert-figure-kinds.ts';
import { FIGURE_NAMES, figureOf } from '../../../../shared/alert-figures.ts';
import { SEVERITIES, alertRuleSchema, alertRulesSchema } from '../../../../shared/alerts.ts';
import { inEnglish, sentence } from '../../../../shared/sentences.ts';
import { fromWire, toWire } from '../../../../shared/wire.ts';
import type { AlertEngine } from '../../alerts/engine.ts';
import { EXAMPLE_RULES } from '../../alerts/examples.ts';
import { rulesFile } from '../../exporters/prometheus/alert-rules.ts';
import type { SettingsStore } from '../../settings/settings-store.ts';
import { TokwattError } from '../../errors.ts';
import type { Log } from '../../log.ts';
import { bodyOf } from '../body.ts';
import { described } from '../openapi/describe.ts';
import { checked } from '../problem.ts';
import { maybeSaid, said } from '../schemas/sentence-schema.ts';
import { addAlertPast } from './alert-past-routes.ts';
import type { AlertPastOptions } from './alert-past-routes.ts';

/** The parts of the alerts that the API reads and changes. */
export interface AlertRoutesOptions extends AlertPastOptions {
  readonly engine: AlertEngine;
  readonly settings: SettingsStore;
}

const nullableText = v.nullable(v.string());
const nullableNumber = v.nullable(v.number());
const stateSchema = v.object({
  rule: v.string(),
  figure: v.picklist(FIGURE_NAMES),
  severity: v.picklist(SEVERITIES),
  by: v.nullable(v.picklist(SPLITS)),
  subject: nullableText,
  status: v.picklist(['pending', 'firing', 'resolved']),
  since: v.number(),
  firedAt: nullableNumber,
  value: nullableNumber,
  threshold: v.number(),
  message: v.string(),
  messageSentence: maybeSaid,
  notify: v.boolean(),
});
const alertsAnswer = v.object({
  alerts: v.array(stateSchema),
  rules: v.array(alertRuleSchema),
  notify: v.boolean(),
  webhook: v.object({
    status: v.picklist(['off', 'idle', 'ok', 'failing']),
    message: nullableText,
    messageSentence: maybeSaid,
    lastSuccessAt: nullableNumber,
    waiting: v.number(),
  }),
});
const figuresAnswer = v.object({
  figures: v.array(
    v.object({
      name: v.picklist(FIGURE_NAMES),
      title: v.string(),
      meaning: v.string(),
      unit: v.string(),
      splits: v.array(v.picklist(SPLITS)),
      /** True if the figure is computed from the requests finished in a window. */
      hasWindow: v.boolean(),
      /** The default of rules; null for figures without percentiles. */
      percentile: nullableNumber,
    }),
  ),
});
const rulesSchema = v.strictObject({ rules: alertRulesSchema });
const rulesAnswer = v.object({ rules: v.array(alertRuleSchema) });
const testAnswer = v.object({
  delivered: v.boolean(),
  /** The status that the webhook answered with; null if it did not answer. */
  status: nullableNumber,
  message: v.string(),
  messageSentence: said,
});

/** Routes for alert rules, their states and the webhook. */
export function alertRoutes(options: AlertRoutesOptions, log: Log): Hono {
  const { engine, settings } = options;
  const app = new Hono();
  addAlertPast(app, options);
  app.get('/', DESCRIBED.alerts, (c) => {
    const { rules, notify } = settings.current.alerts;
    const { states, webhook } = engine;
    return c.json(toWire({ alerts: states, rules, notify, webhook: webhook.state }));
  });
  app.get('/figures', DESCRIBED.figures, (c) => c.json(toWire({ figures: figures() })));
  app.get('/examples', DESCRIBED.examples, (c) => c.json(toWire({ rules: EXAMPLE_RULES })));
  app.put('/rules', DESCRIBED.rules, async (c) => {
    const given = fromWire(await bodyOf(c)) as Record<string, unknown>;
    checked(rulesSchema, given);
    // Stored as given, so that the file contains no defaults.
    const change = await settings.update({ alerts: { rules: given.rules } });
    log.info({ settings: ['alerts'] }, 'settings were changed over the API');
    return c.json(toWire({ rules: change.settings.alerts.rules }));
  });
  app.post('/test', DESCRIBED.test, async (c) => {
    const attempt = await engine.webhook.test();
    if (attempt === null) {
      throw new TokwattError('no_webhook', sentence('no_webhook'), { status: 409 });
    }
    const { delivered, status, said: words } = attempt;
    const message = inEnglish(words);
    return c.json({ delivered, status, message, message_sentence: words });
  });
  app.get('/prometheus-rules', DESCRIBED.prometheus, (c) => {
    const enabled = settings.current.alerts.rules.filter((rule) => rule.enabled);
    return c.body(rulesFile(enabled), 200, { 'Content-Type': 'text/yaml; charset=utf-8' });
  });
  return app;
}

const alerts = { tag: 'alerts' } as const;
const DESCRIBED = {
  alerts: described({
    ...alerts,
    summary: 'Alerts that are pending, firing or recently resolved, and all rules',
    answer: alertsAnswer,
  }),
  figures: described({
    ...alerts,
    summary: 'All figures for rules, with the dimensions by which they can be split',
    answer: figuresAnswer,
  }),
  examples: described({
    ...alerts,
    summary: 'Example rules, which are disabled',
    answer: rulesAnswer,
  }),
  rules: described({
    ...alerts,
    summary: 'Replace all rules',
    description: 'They take effect at once and are saved. Unchanged rules keep their state.',
    body: rulesSchema,
    answer: rulesAnswer,
    problems: [413, 500],
  }),
  test: described({
    ...alerts,
    summary: 'Send a test to the webhook',
    description: 'Makes one attempt at once and returns its result.',
    answer: testAnswer,
    problems: [409],
  }),
  prometheus: described({
    ...alerts,
    summary: 'The enabled rules as a rule file for Prometheus',
    answer: { media: ['text/yaml'], description: 'For `rule_files` of Prometheus.' },
  }),
};

function figures(): object[] {
  return FIGURE_NAMES.map((name) => {
    const figure = figureOf(name);
    const { title, meaning, unit, splits } = figure;
    const isWindow = figure.kind === 'window';
    const percentile = isWindow ? figure.percentile : null;
    return { name, title, meaning, unit, splits, hasWindow: isWindow, percentile };
  });
}
