/** How the state of an alert looks, wherever it is shown. */
export const STATUS_TONES = {
  firing: { tone: 'bad', solid: true },
  pending: { tone: 'neutral', solid: false },
  resolved: { tone: 'good', solid: true },
} as const;
