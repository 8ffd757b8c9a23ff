/** Decides how many of an answer's tokens arrived between its first and its last content. */
import type { Usage } from '../../../shared/usage.ts';
import type { Clock, Observations } from './observations.ts';

/**
 * Most tokens per chunk. A chunk usually has one token; a character that a model writes byte by
 * byte has three and is one chunk.
 */
const MOST_PER_CHUNK = 3;
/** Most characters per visible token, and a constant for a single long word. */
const MOST_CHARACTERS = 8;
const SPARE_CHARACTERS = 16;
/** Chunks may be smaller than tokens: up to this many chunks per token, and a few more. */
const MOST_CHUNKS = 1.25;
const SPARE_CHUNKS = 4;

/**
 * The tokens that arrived as content of a stream. Some servers generate reasoning without sending
 * it: the client then sees a pause, and only the rest of the output arrives in the time from which
 * a speed is derived.
 *
 * @returns null if the output is unknown, or if it is far more than the content can be and nothing
 * tells which part of it arrived
 */
export function windowTokens(usage: Usage, seen: Observations): number | null {
  const { outputTokens: output, reasoningTokens: reasoning } = usage;
  if (output === null) return null;
  if (reasoning === null || reasoning === 0) return carries(seen, output) ? output : null;
  const visible = output - reasoning;
  if (isReasoningSent(seen, visible, reasoning)) return output;
  return isContentOf(seen, visible) ? visible : null;
}

/** True if the content can have this many tokens. */
function carries({ contentChunks, characters }: Observations, tokens: number): boolean {
  if (contentChunks === null || characters === 0) return true;
  return tokens <= MOST_PER_CHUNK * contentChunks || tokens <= characters;
}

function isReasoningSent(seen: Observations, visible: number, reasoning: number): boolean {
  if (!beginsWithText(seen)) return carries(seen, visible + reasoning);
  // Reasoning may also follow the text, or be part of it.
  return (seen.contentChunks ?? 0) >= visible + reasoning / 2;
}

/** True if no reasoning and no tool call came before the first visible text. */
function beginsWithText({ clock }: Observations): boolean {
  return clock !== null && clock.firstTextMs !== null && clock.firstTextMs === clock.firstContentMs;
}

/** True if the content can be these tokens and no others. */
function isContentOf(seen: Observations, visible: number): boolean {
  const { clock, contentChunks, characters } = seen;
  // The text began after other content, so a part of the reasoning was sent, such as a summary.
  if (typeof clock?.firstTextMs === 'number' && !beginsWithText(seen)) return false;
  return (
    (contentChunks ?? 0) <= MOST_CHUNKS * visible + SPARE_CHUNKS &&
    characters <= MOST_CHARACTERS * visible + SPARE_CHARACTERS
  );
}

/** Time from the first content to the last, milliseconds. */
export function contentWindow(clock: Clock | null): number | null {
  const { firstContentMs: first = null, lastContentMs: last = null } = clock ?? {};
  return first === null || last === null ? null : last - first;
}
