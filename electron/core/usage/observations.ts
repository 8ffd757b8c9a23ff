/** What Tokwatt itself observed of an exchange, independent of the server's claims. */
export interface Observations {
  /** True if the exchange asked a model for tokens. */
  readonly inference: boolean;
  /** True if the prompt is text, not sound or an image. */
  readonly isText: boolean;
  /** False if the request has images, whose size says nothing about tokens. */
  readonly isSized: boolean;
  /** True if the end marker of the dialect was seen without an error. */
  readonly ended: boolean;
  /**
   * True if the client received the whole answer. An answer with its end marker may still be lost
   * on the way.
   */
  readonly completed: boolean;
  /** False if the status was an error, or if something else or only an error came. */
  readonly answered: boolean;
  /** True if the bodies could be decoded. */
  readonly readable: boolean;
  /** Bytes of the decoded request body. */
  readonly requestBytes: number;
  /** Frames with generated content; null if the answer was not a stream. */
  readonly contentChunks: number | null;
  /** Length of all generated text in UTF-16 units; sound and images have none. */
  readonly characters: number;
  /** When things happened; null if no clock was read. */
  readonly clock: Clock | null;
}

/** Times of an exchange in milliseconds since the request's head, from a monotonic clock. */
export interface Clock {
  readonly endMs: number;
  readonly firstContentMs: number | null;
  readonly lastContentMs: number | null;
  /** The first visible text: neither reasoning nor a tool call. */
  readonly firstTextMs: number | null;
  /** How many times content arrived. Content that arrives together counts once. */
  readonly arrivals: number;
  /** Median and longest gap between arrivals of content; null for fewer than two arrivals. */
  readonly gapP50Ms: number | null;
  readonly gapMaxMs: number | null;
}
