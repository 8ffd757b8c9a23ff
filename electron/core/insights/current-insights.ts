import type { GpuReading, GpuState } from '../../../shared/gpu.ts';
import { NO_INSIGHTS } from '../../../shared/insights.ts';
import type { DismissedInsight } from '../../../shared/insight-history.ts';
import type { Dismissal, Insight, InsightCheck, InsightsState } from '../../../shared/insights.ts';
import { inEnglish, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Log } from '../log.ts';
import type { Dismissals } from './dismissals.ts';
import { IdleWorkWatch } from './idle-work.ts';
import { actionFor } from './insight-actions.ts';
import type { InsightHistoryLog } from './insight-history.ts';
import type { InsightsOptions } from './insights-options.ts';
import type { PowerSample } from './power-history.ts';
import type { ContextCase, Finding, WasteFacts, WasteRule } from './waste/waste-facts.ts';
import { WASTE_RULES } from './waste/waste-rules.ts';

/** The rules look at hours, so they are judged rarely, milliseconds. */
const INTERVAL_MS = 30_000;
const MAX_CONTEXT_CASES = 200;

export interface CurrentOptions extends Pick<
  InsightsOptions,
  'loadedModels' | 'kindOf' | 'isLocal' | 'phantomWatts' | 'contextBytesPerToken' | 'onChange'
> {
  readonly records: () => readonly ActivityRecord[];
  readonly powerSamples: () => readonly PowerSample[];
  readonly dismissals: Dismissals;
  readonly history: Pick<InsightHistoryLog, 'note'>;
  readonly log: Log;
  readonly now: () => number;
}

/** The insights about models and the machine as they are now. */
export class CurrentInsights {
  readonly #options: CurrentOptions;
  readonly #idleWork = new IdleWorkWatch();
  /** Since when each model has been seen loaded, by upstream and name. */
  readonly #loadedSince = new Map<string, number>();
  readonly #contextCases: ContextCase[] = [];
  #gpus: readonly GpuReading[] = [];
  #found: readonly Insight[] = [];
  #checks: readonly InsightCheck[] = [];
  #notes: readonly Sentence[] = [];
  #state: InsightsState = NO_INSIGHTS;
  #dueAt = 0;

  constructor(options: CurrentOptions) {
    this.#options = options;
  }

  get state(): InsightsState {
    return this.#state;
  }

  onGpu(state: GpuState, isBusy: boolean): void {
    this.#gpus = state.status === 'live' ? state.gpus : [];
    this.#idleWork.onGpu(state, isBusy);
  }

  /** Takes a prompt that did not fit. It is shown at once. */
  addContextCase(found: ContextCase): void {
    this.#contextCases.push(found);
    if (this.#contextCases.length > MAX_CONTEXT_CASES) this.#contextCases.shift();
    this.#dueAt = 0;
  }

  tick(): void {
    this.#noteLoaded();
    if (performance.now() < this.#dueAt) return;
    this.#dueAt = performance.now() + INTERVAL_MS;
    this.#judge();
    this.#publish();
  }

  dismiss(insight: Pick<Insight, 'kind' | 'subject'>, until: Dismissal): void {
    this.#options.dismissals.set(insight, until, this.#options.now());
    this.#publish();
  }

  /** Those that the user dismissed, the last first. */
  get dismissed(): readonly DismissedInsight[] {
    return this.#options.dismissals.list(this.#options.now());
  }

  #noteLoaded(): void {
    const models = this.#options.loadedModels();
    const keys = new Set(models.map(keyOf));
    for (const key of this.#loadedSince.keys()) if (!keys.has(key)) this.#loadedSince.delete(key);
    const now = this.#options.now();
    for (const key of keys) if (!this.#loadedSince.has(key)) this.#loadedSince.set(key, now);
  }

  #facts(now: number): WasteFacts {
    const { records, loadedModels, powerSamples, ...given } = this.#options;
    const { kindOf, isLocal, phantomWatts, contextBytesPerToken } = given;
    return {
      now,
      records: records(),
      listed: loadedModels().map((model) => ({
        model,
        since: this.#loadedSince.get(keyOf(model)) ?? now,
      })),
      gpus: this.#gpus,
      idleWork: this.#idleWork.current,
      powerSamples: powerSamples(),
      contextCases: this.#contextCases,
      kindOf,
      isLocal,
      phantomWatts,
      contextBytesPerToken,
    };
  }

  #judge(): void {
    const now = this.#options.now();
    const facts = this.#facts(now);
    const judged = WASTE_RULES.map((rule) => this.#judgeBy(rule, facts));
    this.#found = judged.flatMap(({ findings }) =>
      (findings ?? []).map((finding) => this.#dated(finding, facts)),
    );
    this.#options.history.note(this.#found, now);
    this.#checks = judged.map(checkOf);
    this.#notes = judged.flatMap(({ note }) => (note === null ? [] : [note]));
  }

  /** A rule that fails must not keep the others from being judged. */
  #judgeBy(rule: WasteRule, facts: WasteFacts): Judged {
    try {
      return { rule, findings: rule.find(facts), note: rule.note?.(facts) ?? null, failed: false };
    } catch (error) {
      this.#options.log.error({ error: String(error), rule: rule.kind }, 'a rule failed');
      return { rule, findings: null, note: null, failed: true };
    }
  }

  #dated(finding: Finding, facts: WasteFacts): Insight {
    const { now } = facts;
    const before = this.#found.find(
      ({ kind, subject }) => kind === finding.kind && subject === finding.subject,
    );
    const isSame = before?.title === finding.title;
    return {
      ...finding,
      action: actionFor(finding, facts),
      at: isSame ? before.at : now,
      firstSeenAt: before?.firstSeenAt ?? now,
    };
  }

  #publish(): void {
    const now = this.#options.now();
    this.#state = {
      current: this.#found.filter((insight) => !this.#options.dismissals.has(insight, now)),
      passed: this.#checks.filter(({ result }) => result === 'passed').map(({ label }) => label),
      checks: this.#checks,
      notes: this.#notes.map(inEnglish),
      noteSentences: this.#notes,
    };
    this.#options.onChange();
  }
}

interface Judged {
  readonly rule: WasteRule;
  readonly findings: readonly Finding[] | null;
  readonly note: Sentence | null;
  readonly failed: boolean;
}

function checkOf({ rule, findings, failed }: Judged): InsightCheck {
  const { kind, passed, needs } = rule;
  const labelSentence = sentence(passed);
  const check = { kind, label: inEnglish(labelSentence), labelSentence };
  if (findings !== null) {
    const result = findings.length === 0 ? 'passed' : 'found';
    return { ...check, result, reason: null, reasonSentence: null };
  }
  const reasonSentence = sentence(failed ? 'check_failed' : needs);
  return { ...check, result: 'unknown', reason: inEnglish(reasonSentence), reasonSentence };
}

function keyOf({ upstream, name }: { readonly upstream: string; readonly name: string }): string {
  return JSON.stringify([upstream, name]);
}
