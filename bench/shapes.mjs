// @ts-check
/** The upstream's answers, in the formats recorded from real servers. */

const MODEL = 'bench-8b';
const WORDS = [' the', ' meter', ' reads', ' wörds', ' of', ' light', '.', '\\n'];

/**
 * @typedef {object} Dialect
 * @property {string} path
 * @property {string} contentType of a stream
 * @property {(index: number) => string} frame one token
 * @property {(tokens: number) => string} last what ends a stream
 * @property {(tokens: number) => string} unary
 */

/** @param {number} index */
const word = (index) => WORDS[index % WORDS.length] ?? '';

/** @param {number} tokens */
function timings(tokens) {
  return `"timings":{"cache_n":16,"prompt_n":13,"prompt_ms":52.5,"prompt_per_second":247.6,"predicted_n":${tokens},"predicted_ms":${tokens * 10}.25,"predicted_per_second":99.9}`;
}

const chatHead = `"created":1795236176,"id":"chatcmpl-Zh59JqrEZapKWWDN29xWAonlg2wjXjOR","model":"${MODEL}","system_fingerprint":"b11669"`;

/** @type {Dialect} */
const openai = {
  path: '/v1/chat/completions',
  contentType: 'text/event-stream',
  frame: (index) =>
    `data: {"choices":[{"finish_reason":null,"index":0,"delta":{"content":"${word(index)}"}}],${chatHead},"object":"chat.completion.chunk"}\n\n`,
  last: (tokens) =>
    `data: {"choices":[{"finish_reason":"stop","index":0,"delta":{}}],${chatHead},"object":"chat.completion.chunk",${timings(tokens)}}\n\ndata: [DONE]\n\n`,
  unary: (tokens) =>
    `{"choices":[{"finish_reason":"stop","index":0,"message":{"role":"assistant","content":"${Array.from({ length: tokens }, (_, i) => word(i)).join('')}"}}],${chatHead},"object":"chat.completion","usage":{"completion_tokens":${tokens},"prompt_tokens":29,"total_tokens":${tokens + 29},"prompt_tokens_details":{"cached_tokens":16}},${timings(tokens)}}`,
};

const lineHead = `"model":"${MODEL}","created_at":"2026-10-01T10:00:00.123456789Z"`;

/** @type {Dialect} */
const ollama = {
  path: '/api/chat',
  contentType: 'application/x-ndjson',
  frame: (index) =>
    `{${lineHead},"message":{"role":"assistant","content":"${word(index)}"},"done":false}\n`,
  last: (tokens) => `{${lineHead},"message":{"role":"assistant","content":""},${done(tokens)}}\n`,
  unary: (tokens) =>
    `{${lineHead},"message":{"role":"assistant","content":"${Array.from({ length: tokens }, (_, i) => word(i)).join('')}"},${done(tokens)}}`,
};

/** @param {number} tokens */
function done(tokens) {
  return `"done":true,"done_reason":"stop","total_duration":812000000,"load_duration":51000000,"prompt_eval_count":29,"prompt_eval_cached_count":16,"prompt_eval_duration":52000000,"eval_count":${tokens},"eval_duration":${tokens * 10_000_000}`;
}

/** @type {Readonly<Record<string, Dialect>>} */
export const dialects = { openai, ollama };
