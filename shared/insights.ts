/** What explains a slow answer, and what a machine wastes: one sentence with figures each. */
import {
  formatBytes,
  formatClockRate,
  formatCount,
  formatDuration,
  formatFactor,
  formatPercent,
  formatPower,
  formatRate,
  formatTokens,
} from './format.ts';
import type { Sentence } from './sentences.ts';

/** The rules, by the question that they answer. Each is described in docs/insights.md. */
export const SLOW_KINDS = [
  'cold_load',
  'queue',
  'long_prompt',
  'cpu_spill',
  'thermal_limit',
  'power_limit',
  'other_gpu_work',
  'memory_pressure',
  'context_near_limit',
  'power_saving',
  'pcie_link',
  'several_at_once',
  'slower_than_usual',
] as const;
export const CONTEXT_KINDS = ['context_truncated', 'context_exceeded'] as const;
export const WASTE_KINDS = [
  'phantom_load',
  'repeated_loads',
  'repeated_prefix',
  'oversized_context',
  'inefficient_power_limit',
  'small_spill',
  'busy_without_tokens',
] as const;
/** Those that models and the machine can have now. The others belong to exchanges. */
export const CURRENT_KINDS = [...CONTEXT_KINDS, ...WASTE_KINDS] as const;
export const INSIGHT_KINDS = [...SLOW_KINDS, ...CONTEXT_KINDS, ...WASTE_KINDS] as const;
export type InsightKind = (typeof INSIGHT_KINDS)[number];

/** What an insight is about: one exchange, one model of an upstream, or the machine. */
export const INSIGHT_SCOPES = ['exchange', 'model', 'machine'] as const;
export type InsightScope = (typeof INSIGHT_SCOPES)[number];

export const INSIGHT_UNITS = [
  'ms',
  'tokens',
  'tokens_per_second',
  'watts',
  'bytes',
  'percent',
  'factor',
  'megahertz',
  'count',
] as const;
export type InsightUnit = (typeof INSIGHT_UNITS)[number];

export interface InsightFigure {
  readonly value: number;
  readonly unit: InsightUnit;
}

/** One figure or name on which an insight rests. `unit` is null for a text. */
export interface Evidence {
  readonly label: string;
  readonly labelSentence: Sentence | null;
  readonly value: number | string;
  /** Of a value that is a text in English; null for numbers and names. */
  readonly valueSentence: Sentence | null;
  readonly unit: InsightUnit | null;
}

/**
 * What can be done about an insight at a click. `unload_model`: the call that unloads a model of an
 * upstream. `copy_text`: a command or a setting for the user's clipboard.
 */
export type InsightAction =
  | { readonly kind: 'unload_model'; readonly upstream: string; readonly model: string }
  | { readonly kind: 'copy_text'; readonly text: string };

export interface Insight {
  /** The rule that found it. */
  readonly kind: InsightKind;
  readonly scope: InsightScope;
  /** The record's id, `upstream/model`, or the device. */
  readonly subject: string;
  /** One sentence with figures, in English. */
  readonly title: string;
  /** The same for any language; null if an earlier version found it. */
  readonly titleSentence: Sentence | null;
  /** The figure shown beside the title. */
  readonly figure: InsightFigure;
  readonly evidence: readonly Evidence[];
  /** What to do, with the exact setting; null if nothing is known to help. */
  readonly advice: string | null;
  readonly adviceSentence: Sentence | null;
  /** What following the advice would save; null if it cannot be told. */
  readonly saving: InsightFigure | null;
  /** What can be done at a click; null if nothing. */
  readonly action: InsightAction | null;
  /** When it was found with these figures, and when it was first found, Unix milliseconds. */
  readonly at: number;
  readonly firstSeenAt: number;
}

/** The result of one rule about the present. */
export interface InsightCheck {
  readonly kind: InsightKind;
  /** `found`: something. `passed`: nothing. `unknown`: too little is known to judge. */
  readonly result: 'found' | 'passed' | 'unknown';
  /** What is said if it passes, a few words, such as `no spill`. */
  readonly label: string;
  readonly labelSentence: Sentence;
  /** Why it could not be judged, one sentence; else null. */
  readonly reason: string | null;
  readonly reasonSentence: Sentence | null;
}

/** The insights about the present. Those about exchanges are kept with their rows. */
export interface InsightsState {
  /** Without those that the user dismissed. */
  readonly current: readonly Insight[];
  /** What was checked and found to be well, a few words each, such as `no spill`. */
  readonly passed: readonly string[];
  /** All rules, the most important first; empty before the first look. */
  readonly checks: readonly InsightCheck[];
  /** Results of checks that are no insights, one sentence each. */
  readonly notes: readonly string[];
  /** The notes for any language, in the same order. */
  readonly noteSentences: readonly Sentence[];
}

export const NO_INSIGHTS: InsightsState = {
  current: [],
  passed: [],
  checks: [],
  notes: [],
  noteSentences: [],
};

/** For how long an insight is dismissed. `none` shows it again. */
export const DISMISSALS = ['hour', 'good', 'none'] as const;
export type Dismissal = (typeof DISMISSALS)[number];

/** A figure with its unit: `12.4 s`, `38 %`, `2.4 ×`. */
export function formatInsightFigure({ value, unit }: InsightFigure): string {
  switch (unit) {
    case 'ms':
      return formatDuration(value);
    case 'tokens':
      return formatTokens(value);
    case 'tokens_per_second':
      return formatRate(value);
    case 'watts':
      return formatPower(value);
    case 'bytes':
      return formatBytes(value);
    case 'percent':
      return formatPercent(value);
    case 'factor':
      return formatFactor(value);
    case 'megahertz':
      return formatClockRate(value);
    case 'count':
      return formatCount(value);
  }
}

/** The value of a piece of evidence, with its unit. */
export function formatEvidence({ value, unit }: Evidence): string {
  if (typeof value === 'string' || unit === null) return String(value);
  return formatInsightFigure({ value, unit });
}
