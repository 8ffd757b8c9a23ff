export type HeaderList = readonly (readonly [name: string, value: string])[];

/** One side of an exchange. What is given here is stored as it is: redact it first. */
export interface CapturedMessage {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
  /** The body's size as it went over the wire, where `body` is only the first part of it. */
  readonly bodyBytes: number;
}

export interface CaptureContent {
  readonly request: CapturedMessage;
  readonly response: CapturedMessage;
}
