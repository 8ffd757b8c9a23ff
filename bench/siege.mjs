// @ts-check
/**
 * `npm run bench -- --only siege` compares the time to the first token of ordinary clients with and without 500 others
 * that send their requests byte by byte and never finish them. Both are measured in turn, in one run; the calm measured
 * a second time shows the noise.
 */
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { exchange, target } from './load.mjs';
import { startTokwatt, startUpstream } from './processes.mjs';
import { quantile } from './statistics.mjs';

const SLOW = 500;
const DRIP_MS = 1_000;
const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ';
/** Goal for the 99th percentile under siege beside that in the calm. */
const GOAL = 1.25;

/** @param {{ script: string, quick: boolean, say: (line: string) => void }} options */
export async function measureSiege({ script, quick, say }) {
  const upstream = await startUpstream();
  const tokwatt = await startTokwatt(upstream.url, { script });
  const to = target(tokwatt.url, 'openai');
  const size = quick ? 200 : 600;
  /** @type {Record<string, number[]>} */
  const times = { calm: [], siege: [], 'calm again': [] };
  try {
    await firstTokens(to, size);
    for (let round = 0; round < (quick ? 3 : 7); round += 1) {
      for (const name of ['calm', 'siege', 'calm again']) {
        const end = name === 'siege' ? await besiege(Number(new URL(tokwatt.url).port)) : null;
        times[name]?.push(...(await firstTokens(to, size)));
        end?.();
        // The sockets of the slow clients are gone before the calm is measured.
        await sleep(500);
      }
    }
  } finally {
    to.agent.destroy();
    await tokwatt.stop();
    await upstream.stop();
  }
  say(table(times));
}

/** @param {import('./load.mjs').Target} to @param {number} count */
async function firstTokens(to, count) {
  const times = [];
  for (let index = 0; index < count; index += 1) {
    times.push((await exchange(to, { stream: true, tokens: 3 })).firstMs);
  }
  return times;
}

/** @param {number} port @returns {Promise<() => void>} ends it */
async function besiege(port) {
  const sockets = await Promise.all(
    Array.from({ length: SLOW }, async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(HEAD);
      return socket;
    }),
  );
  const drip = setInterval(() => sockets.forEach((socket) => socket.write('a')), DRIP_MS);
  return () => {
    clearInterval(drip);
    sockets.forEach((socket) => socket.destroy());
  };
}

/** @param {Record<string, number[]>} times */
function table(times) {
  const p = (/** @type {string} */ name, /** @type {number} */ rank) =>
    quantile(times[name] ?? [], rank);
  const lines = Object.keys(times).map((name) => {
    const ratio = (/** @type {number} */ rank) => (p(name, rank) / p('calm', rank)).toFixed(2);
    const [p50, p99] = [p(name, 0.5), p(name, 0.99)].map((ms) => ms.toFixed(2).padStart(6));
    return `${name.padEnd(11)} ${p50} × ${ratio(0.5)}   ${p99} × ${ratio(0.99)}`;
  });
  const isMet = p('siege', 0.99) <= GOAL * p('calm', 0.99);
  return [
    `time to the first token, ms, and beside the calm; ${SLOW} slow clients; goal: p99 at most × ${GOAL}`,
    'arm         p50             p99',
    ...lines,
    isMet ? 'met' : 'NOT MET',
  ].join('\n');
}
