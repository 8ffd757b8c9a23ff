/** What Tokwatt itself saw of an exchange, whatever the server says about it. */
export interface Observations {
  /** The exchange asked a model for tokens. */
  readonly inference: boolean;
  /** Its prompt is text, not sound or a picture. */
  readonly isText: boolean;
  /** The end that the dialect promises was seen, and no error. */
  readonly ended: boolean;
  /** The exchange itself came to its end: an ended answer may still be lost on its way. */
  readonly completed: boolean;
  /** No error status was seen. */
  readonly answered: boolean;
  /** The bodies could be decoded. */
  readonly readable: boolean;
  readonly requestBytes: number;
  /** Frames that carried generated content; null where the answer was no stream. */
  readonly contentChunks: number | null;
  /** Length of all generated text, in UTF-16 units; sound and images have none. */
  readonly characters: number;
  /** When things happened; null where no clock was read. */
  readonly clock: Clock | null;
}

/** Moments of an exchange in milliseconds since its request's head, on a monotonic clock. */
export interface Clock {
  readonly endMs: number;
  readonly firstContentMs: number | null;
  readonly lastContentMs: number | null;
  /** The first text for the reader: neither reasoning nor a tool call. */
  readonly firstTextMs: number | null;
  /** How many times content arrived; what arrives together counts once. */
  readonly arrivals: number;
  /** Median and longest gap between arrivals of content; null with fewer than two arrivals. */
  readonly gapP50Ms: number | null;
  readonly gapMaxMs: number | null;
}
