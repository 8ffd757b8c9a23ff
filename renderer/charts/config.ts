/** How a series is named and drawn wherever it appears: figures, charts, tooltips. */
export interface SeriesStyle {
  readonly label: string;
  /** A CSS colour; a variable, so that it follows the theme. */
  readonly color: string;
}

export type ChartConfig<Key extends string> = Readonly<Record<Key, SeriesStyle>>;

export const TOKEN_SERIES = {
  output: { label: 'Output', color: 'var(--output)' },
  input: { label: 'Input', color: 'var(--input)' },
} as const satisfies ChartConfig<string>;

export type TokenSeries = keyof typeof TOKEN_SERIES;
