// @ts-check
/**
 * Real requests to a real server, as several programs would send them at once: each with its own way to ask, its own
 * pace and its own pauses. Nothing in the pictures is drawn that was not counted.
 */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * @typedef {object} Program
 * @property {string} agent its User-Agent
 * @property {string} [key] its API key
 * @property {string} [session] begins the id of its conversations
 * @property {string} [tag]
 * @property {'openai' | 'anthropic'} speaks
 * @property {string} model
 * @property {readonly string[]} prompts asked in this order, again and again
 * @property {readonly number[]} tokens limits of the answers, in the same way
 * @property {readonly number[]} pauses in milliseconds, in the same way
 * @property {string} [system]
 *
 * @typedef {{ role: string, content: string }} Message
 * @typedef {{ choices?: { delta?: { content?: string } }[], delta?: { text?: string } }} Event
 */

/** Invented keys: they open nothing. */
const KEYS = { team: 'sk-example-team-0000-7f3a', night: 'sk-example-night-0000-19bd' };

/** @type {readonly Program[]} */
const PROGRAMS = [
  {
    agent: 'claude-cli/2.1.90 (external, cli)',
    speaks: 'anthropic',
    model: 'slow',
    session: 'meter-refactoring',
    system: 'You are a careful engineer. Answer in short sentences.',
    prompts: [
      'Explain how the energy of a graphics card is divided among the answers that ran at the same time.',
      'Which of these answers was the most expensive one, and why?',
      'Write the sentence for the change log.',
    ],
    tokens: [160, 120, 220, 180],
    pauses: [1_500, 4_000, 800, 9_000],
  },
  {
    agent: 'opencode/1.4.2',
    speaks: 'openai',
    model: 'chat',
    key: KEYS.team,
    session: 'tray-menu',
    prompts: ['Read the menu of the tray and list what is missing.', 'Now write the test for it.'],
    tokens: [90, 40, 160],
    pauses: [2_000, 6_000, 9_000, 1_500],
  },
  {
    agent: 'OpenWebUI/0.7.1',
    speaks: 'openai',
    model: 'slow',
    key: KEYS.team,
    prompts: ['How warm may a graphics card get?', 'And for how long?', 'Thank you. Sum it up.'],
    tokens: [140, 240, 80],
    pauses: [6_000, 20_000, 10_000],
  },
  {
    agent: 'OpenAI/Python 2.9.0',
    speaks: 'openai',
    model: 'chat',
    key: KEYS.night,
    tag: 'nightly',
    prompts: ['Summarize the report of the last week.', 'Translate the summary into German.'],
    tokens: [60, 120],
    pauses: [1_000, 1_000, 1_000, 14_000],
  },
  {
    agent: 'curl/8.11.1',
    speaks: 'openai',
    model: 'chat',
    prompts: ['Say hello.'],
    tokens: [24],
    pauses: [15_000, 25_000],
  },
];

/**
 * Sends requests until the signal says to stop; those in flight are then cut off.
 * @param {string} proxy
 * @param {AbortSignal} signal
 * @returns {Promise<number>} how many answers were read to their end
 */
export async function sendTraffic(proxy, signal) {
  const counts = await Promise.all(PROGRAMS.map((program) => run(proxy, program, signal)));
  return counts.reduce((all, count) => all + count, 0);
}

/**
 * @param {string} proxy
 * @param {Program} program
 * @param {AbortSignal} signal
 */
async function run(proxy, program, signal) {
  /** @type {Message[]} */
  let conversation = [];
  let answered = 0;
  try {
    for (let turn = 0; !signal.aborted; turn += 1) {
      if (turn % program.prompts.length === 0) conversation = [];
      conversation.push({ role: 'user', content: at(program.prompts, turn) });
      const answer = await ask(proxy, program, turn, conversation, signal);
      conversation.push({ role: 'assistant', content: answer });
      answered += 1;
      await sleep(at(program.pauses, turn), undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return answered;
}

/**
 * @template T
 * @param {readonly T[]} list not empty
 * @param {number} turn
 * @returns {T}
 */
function at(list, turn) {
  const found = list[turn % list.length];
  if (found === undefined) throw new Error('an empty list');
  return found;
}

/**
 * @param {string} proxy
 * @param {Program} program
 * @param {number} turn
 * @param {readonly Message[]} messages
 * @param {AbortSignal} signal
 * @returns {Promise<string>} the text of the answer
 */
async function ask(proxy, program, turn, messages, signal) {
  const isOpenAI = program.speaks === 'openai';
  const limit = { max_tokens: at(program.tokens, turn), stream: true };
  const body = isOpenAI
    ? { model: program.model, messages, ...limit, stream_options: { include_usage: true } }
    : { model: program.model, system: program.system, messages, ...limit };
  const path = isOpenAI ? '/v1/chat/completions' : '/v1/messages';
  const answer = await fetch(`${proxy}${path}`, {
    method: 'POST',
    headers: headersOf(program, turn),
    body: JSON.stringify(body),
    signal,
  });
  return textOf(await answer.text());
}

/**
 * @param {Program} program
 * @param {number} turn
 * @returns {Record<string, string>}
 */
function headersOf({ agent, key, tag, session, prompts }, turn) {
  const conversation = Math.floor(turn / prompts.length) + 1;
  return {
    'content-type': 'application/json',
    'user-agent': agent,
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    ...(tag === undefined ? {} : { 'x-tokwatt-tag': tag }),
    ...(session === undefined ? {} : { 'x-session-id': `${session}-${conversation}` }),
  };
}

/**
 * The text of a stream in either of both forms.
 * @param {string} stream
 */
function textOf(stream) {
  let text = '';
  for (const [, data = ''] of stream.matchAll(/^data: (\{.*\})$/gm)) {
    const event = /** @type {Event} */ (JSON.parse(data));
    text += event.choices?.[0]?.delta?.content ?? event.delta?.text ?? '';
  }
  return text;
}
