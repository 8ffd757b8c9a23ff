/** A notification to show. */
export interface Notice {
  readonly title: string;
  readonly body: string;
  /** True for a notification that stays until it is dismissed. */
  readonly urgent: boolean;
  /** The address in the window of what it speaks of. */
  readonly address: string;
}

/** More notices of one kind than this are combined into one. */
export const MOST = 3;
