// @ts-check
/** Fifty programs that ask for streams one after the other. */
import { exchange, target } from '../load.mjs';

/** Some forty tokens a second for each stream, as the rows of the ledger. */
const GAP_MS = 25;
const TOKENS = 600;

/**
 * Keeps this many exchanges in flight. Their ends are spread over time, as are those of programs that know nothing of
 * each other. The returned function lets those in flight end, or gives them up.
 * @param {string} url of the proxy
 * @param {number} count
 */
export function keepInFlight(url, count) {
  const to = target(url, 'openai');
  let isOver = false;
  const one = async (/** @type {number} */ number) => {
    const model = `model-${number % 6}:8b-q4_K_M`;
    let tokens = Math.ceil((TOKENS * (number + 1)) / count);
    while (!isOver) {
      await exchange(to, { stream: true, tokens, gap_ms: GAP_MS, model }).catch(
        (/** @type {unknown} */ error) => {
          if (!isOver) console.error(`a request failed: ${String(error)}`);
        },
      );
      tokens = TOKENS;
    }
  };
  const all = Promise.all(Array.from({ length: count }, (_, number) => one(number)));
  return async (/** @type {boolean} */ isGivenUp = false) => {
    isOver = true;
    if (isGivenUp) to.agent.destroy();
    await all;
    to.agent.destroy();
  };
}
