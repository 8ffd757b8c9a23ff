/** How far the live charts go back, milliseconds. */
export const LIVE_SPAN_MS = 180_000;
