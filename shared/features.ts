/** Features that the request used; null if unknown. */
export interface Features {
  /** True if the request offered tools or the answer called one. */
  readonly tools: boolean | null;
  readonly structuredOutput: boolean | null;
  readonly images: boolean | null;
  readonly thinking: boolean | null;
}
