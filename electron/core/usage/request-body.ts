/** A request's body, reduced to the parts that its dialect asked for. */
export interface RequestBody {
  /** The member at a path of keys; undefined if there is none (yet). */
  get(...path: readonly string[]): unknown;
  /** Whether a visited member had this text, or any non-empty value if no text is given. */
  met(name: string, value?: string): boolean;
  /** True if the whole body was read, so that a missing member is really absent. */
  readonly complete: boolean;
}
