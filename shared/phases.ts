/** The phases of an exchange, in their order. A server may leave some out. */
export const PHASES = ['queue', 'load', 'prefill', 'decode'] as const;
export type Phase = (typeof PHASES)[number];
