/**
 * Tokens that a draft model, a multi-token head or a predicted output proposed, and how many of
 * them the model accepted. Accepted ones are part of the output.
 */
import { at } from './json-text.ts';
import { count, firstCount } from './usage-shapes.ts';

export interface Drafts {
  readonly drafted: number;
  /** At most `drafted`; null if the server did not tell. */
  readonly accepted: number | null;
}

/**
 * Reads the drafted tokens of an answer or a frame of one: llama.cpp's `timings`, LM Studio's
 * `stats`, and OpenAI's prediction tokens in `usage`.
 *
 * @returns null if it has none, or if more are said to be accepted than drafted
 */
export function draftsIn(value: unknown): Drafts | null {
  const timings = at(value, 'timings');
  return (
    draftsFrom(at(timings, 'draft_n'), at(timings, 'draft_n_accepted')) ??
    lmStudioDrafts(at(value, 'stats')) ??
    lmStudioDrafts(at(value, 'usage')) ??
    predictionsIn(at(value, 'usage', 'completion_tokens_details'))
  );
}

function lmStudioDrafts(stats: unknown): Drafts | null {
  return draftsFrom(
    at(stats, 'total_draft_tokens_count'),
    at(stats, 'accepted_draft_tokens_count'),
  );
}

/** Both counts are in every answer of OpenAI. Zeros mean that nothing was predicted. */
function predictionsIn(details: unknown): Drafts | null {
  const accepted = count(at(details, 'accepted_prediction_tokens'));
  const rejected = count(at(details, 'rejected_prediction_tokens'));
  if (accepted === null || rejected === null || accepted + rejected === 0) return null;
  return { drafted: accepted + rejected, accepted };
}

function draftsFrom(total: unknown, accepted: unknown): Drafts | null {
  const drafted = firstCount(total);
  const taken = firstCount(accepted);
  if (drafted === null || (taken ?? 0) > drafted) return null;
  return { drafted, accepted: taken };
}

/** The sum over the parts of an answer; null without any. */
export function draftsOf(parts: Iterable<Drafts>): Drafts | null {
  const all = [...parts];
  if (all.length === 0) return null;
  const accepted = all.flatMap((part) => part.accepted ?? []);
  return {
    drafted: total(all.map((part) => part.drafted)),
    accepted: accepted.length < all.length ? null : total(accepted),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, each) => sum + each, 0);
}
