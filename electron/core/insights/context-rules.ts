/** Prompts that do not fit into the context: refused, or answered without their beginning. */
import type { Evidence, InsightFigure, InsightKind } from '../../../shared/insights.ts';
import { amount, sentence } from '../../../shared/sentences.ts';
import type { Sentence } from '../../../shared/sentences.ts';
import type { ActivityRecord } from '../../../shared/usage.ts';
import { adviceFor } from './advice.ts';
import type { ExchangeFacts } from './facts.ts';
import { fact, saidFact, titled } from './said.ts';
import type { Advice, Title } from './said.ts';

/** What such a rule finds. */
export interface ContextFinding extends Title, Advice {
  readonly kind: InsightKind;
  readonly figure: InsightFigure;
  readonly evidence: readonly Evidence[];
  readonly saving: null;
}

/**
 * Ollama cuts a prompt that exceeds the context down to `num_ctx/2 + 2` tokens, or a few more if the
 * template begins with special tokens (32,768 → 16,386 and 16,387 were seen). Older versions cut it
 * to `num_ctx` itself.
 */
const HALF_BAND = { from: 0, to: 8 } as const;
const FULL_BAND = { from: -8, to: 0 } as const;
/** Without a learnt ratio: no text has so many bytes a token, not even with JSON around it. */
const MOST_BYTES_PER_TOKEN = 8;
/** A learnt estimate must exceed the context by its expected error, twice, and by this fraction. */
const MARGIN = 0.15;
/** Smaller contexts would make the bands a large part of the possible counts. */
const MIN_CONTEXT = 1_024;

/**
 * What happened to a prompt that did not fit; null if it fitted. The servers' own words come first:
 * errors that name both counts, and llama-server's `truncated`. Ollama says nothing, so its counts
 * are compared with the signature of a cut, and only if the request clearly exceeds the context too.
 */
export function judgeContext(facts: ExchangeFacts): ContextFinding | null {
  const { record, end } = facts;
  if (!record.inference) return null;
  if (end.contextWords?.kind === 'exceeded') return exceeded(facts);
  if (end.contextWords?.kind === 'truncated') return toldTruncated(facts);
  return silentlyTruncated(facts);
}

function exceeded({ end, context, serverKind }: ExchangeFacts): ContextFinding {
  const prompt = end.contextWords?.promptTokens ?? null;
  const limit = end.contextWords?.contextTokens ?? context.loadedModel?.contextLength ?? null;
  return {
    kind: 'context_exceeded',
    ...titled(exceededWords(prompt, limit)),
    figure: figureOf(prompt, limit),
    evidence: [
      ...(prompt === null ? [] : [evidence('fact_prompt', prompt)]),
      ...(limit === null ? [] : [evidence('fact_context', limit)]),
    ],
    ...adviceFor('largerContext', serverKind, { tokens: nextPower(prompt) }),
    saving: null,
  };
}

function exceededWords(prompt: number | null, limit: number | null): Sentence {
  if (prompt === null && limit === null) return sentence('exceeded');
  if (prompt === null) return sentence('exceeded_limit', { limit: amount(limit ?? 0, 'compact') });
  const asked = { prompt: amount(prompt, 'compact') };
  if (limit === null) return sentence('exceeded_prompt', asked);
  return sentence('exceeded_both', { ...asked, limit: amount(limit, 'compact') });
}

/** The tokens beyond the context where both are known, else the one that is. */
function figureOf(prompt: number | null, limit: number | null): InsightFigure {
  const value = prompt !== null && limit !== null ? Math.max(0, prompt - limit) : (prompt ?? limit);
  return value === null ? { value: 1, unit: 'count' } : { value, unit: 'tokens' };
}

function toldTruncated({ record, context, serverKind }: ExchangeFacts): ContextFinding {
  const limit = context.loadedModel?.contextLength ?? null;
  const input = record.usage.inputTokens;
  return {
    kind: 'context_truncated',
    ...titled(
      limit === null ? sentence('cut') : sentence('cut_limit', { limit: amount(limit, 'compact') }),
    ),
    figure: figureOf(null, limit ?? input),
    evidence: [
      saidFact(sentence('fact_source'), sentence('value_server_said')),
      ...(input === null ? [] : [evidence('fact_counted', input)]),
      ...(limit === null ? [] : [evidence('fact_context', limit)]),
    ],
    ...adviceFor('largerContext', serverKind),
    saving: null,
  };
}

function silentlyTruncated(facts: ExchangeFacts): ContextFinding | null {
  const { record, context, serverKind } = facts;
  const limit = context.loadedModel?.contextLength ?? null;
  const counted = record.usage.inputTokens;
  if (limit === null || counted === null || limit < MIN_CONTEXT) return null;
  if (!mayTruncate(facts) || !isText(record) || !isAtSignature(counted, limit)) return null;
  const estimate = surelyAtLeast(facts);
  if (estimate === null || estimate <= limit) return null;
  const shown = Math.max(estimate, facts.end.promptEstimate.tokens);
  const lost = Math.max(0, Math.round(shown) - counted);
  return {
    kind: 'context_truncated',
    ...titled(
      sentence('cut_silently', {
        read: amount(counted, 'compact'),
        prompt: amount(Math.round(shown), 'compact'),
      }),
    ),
    figure: { value: lost, unit: 'tokens' },
    evidence: [
      evidence('fact_read', counted),
      evidence('fact_context', limit),
      evidence('fact_by_size', Math.round(shown)),
      fact(sentence('fact_request_size'), facts.end.requestBytes, 'bytes'),
    ],
    ...adviceFor('largerContext', serverKind, { tokens: nextPower(shown) }),
    saving: null,
  };
}

/** Ollama alone truncates in silence with a signature. Others refuse, or tell nothing. */
function mayTruncate({ record, serverKind }: ExchangeFacts): boolean {
  return serverKind === 'ollama' || (serverKind === null && record.api === 'ollama');
}

/** Images have many bytes for few tokens, and a body that was not read may have some. */
function isText({ usage, features, readable, error, operation }: ActivityRecord): boolean {
  const isOfText = operation === 'chat' || operation === 'completion' || operation === 'embedding';
  const isReported = usage.provenance.input === 'reported';
  return isOfText && isReported && readable && error === null && features.images === false;
}

function isAtSignature(counted: number, limit: number): boolean {
  const half = counted - (Math.floor(limit / 2) + 2);
  const full = counted - limit;
  const isHalf = half >= HALF_BAND.from && half <= HALF_BAND.to;
  return isHalf || (full >= FULL_BAND.from && full <= FULL_BAND.to);
}

/** A lower bound of the prompt's tokens by the request's size; null without a size. */
function surelyAtLeast({ end }: ExchangeFacts): number | null {
  const { promptEstimate, requestBytes } = end;
  if (!(requestBytes > 0)) return null;
  const byBytes = requestBytes / MOST_BYTES_PER_TOKEN;
  const { tokens, error } = promptEstimate;
  if (error === null || !Number.isFinite(tokens)) return byBytes;
  return Math.max(byBytes, tokens * (1 - Math.min(0.9, error * 2)) * (1 - MARGIN));
}

function evidence(
  label: 'fact_prompt' | 'fact_context' | 'fact_counted' | 'fact_read' | 'fact_by_size',
  value: number,
): Evidence {
  return fact(sentence(label), value, 'tokens');
}

/** The next power of two with room for an answer; null for unknown sizes. */
function nextPower(tokens: number | null): number | null {
  if (tokens === null || !(tokens > 0) || !Number.isFinite(tokens)) return null;
  return 2 ** Math.ceil(Math.log2(tokens * 1.1));
}
