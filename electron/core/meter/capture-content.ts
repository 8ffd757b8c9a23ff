export type HeaderList = readonly (readonly [name: string, value: string])[];

/** Names that are hidden, in any case, beside those that always are. */
export interface RedactionRules {
  readonly headers: readonly string[];
  /** Of members, fields and parameters in bodies. */
  readonly fields: readonly string[];
}

/** One side of an exchange. */
export interface CapturedMessage {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** The body's size on the wire, bytes. `body` may be only its first part. */
  readonly bodyBytes: number;
}

export interface CaptureContent {
  /** What is hidden before it is stored; without it, what always is. */
  readonly redaction?: RedactionRules;
  readonly request: CapturedMessage;
  readonly response: CapturedMessage;
}
