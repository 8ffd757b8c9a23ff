export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One side of an exchange. It is stored as given, so redact it first. */
export interface CapturedMessage {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** The body's size on the wire, bytes. `body` may be only its first part. */
  readonly bodyBytes: number;
}

export interface CaptureContent {
  readonly request: CapturedMessage;
  readonly response: CapturedMessage;
}
