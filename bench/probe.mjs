// @ts-check
/**
 * Preloaded into every proxy process (`node --import`), so that all are measured in the same way.
 * On request, it sends CPU time, memory after a garbage collection, and event-loop delay over the
 * IPC channel.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';

/** Coarse enough to have no measurable cost: a hundred wake-ups a second. */
const delay = monitorEventLoopDelay({ resolution: 10 });

/** @type {Record<string, () => unknown>} */
const answers = {
  cpu: () => process.cpuUsage(),
  memory: () => {
    globalThis.gc?.();
    return process.memoryUsage();
  },
  watchDelay: () => {
    delay.reset();
    delay.enable();
    return null;
  },
  delay: () => {
    delay.disable();
    const ms = (/** @type {number} */ ns) => ns / 1e6;
    return { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) };
  },
};

process.on('message', (/** @type {{ id: number, ask: string }} */ message) => {
  process.send?.({ id: message.id, answer: answers[message.ask]?.() ?? null });
});
// This must not keep an otherwise finished proxy alive.
process.channel?.unref();
