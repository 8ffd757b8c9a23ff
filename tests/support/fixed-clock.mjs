// @ts-check
/**
 * Stops the clock of a Node program, its threads included, at the Unix milliseconds in FIXED_NOW_MS:
 * `NODE_OPTIONS=--import=…/fixed-clock.mjs`. Timers and `performance.now()` go on.
 */
const now = Number(process.env.FIXED_NOW_MS);
if (!Number.isFinite(now)) throw new Error('FIXED_NOW_MS is not a number');
Date.now = () => now;
globalThis.Date = new Proxy(Date, {
  construct: (target, given, newTarget) =>
    /** @type {Date} */ (Reflect.construct(target, given.length === 0 ? [now] : given, newTarget)),
  apply: (target) => new target(now).toString(),
});
