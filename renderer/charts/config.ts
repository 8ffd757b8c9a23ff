/** The name and style of a series, the same in figures, charts and tooltips. */
export interface SeriesStyle {
  readonly label: string;
  /** A CSS variable, so that the colour follows the theme. */
  readonly color: string;
}

export type ChartConfig<Key extends string> = Readonly<Record<Key, SeriesStyle>>;

export const TOKEN_SERIES = {
  output: { label: 'Output', color: 'var(--output)' },
  input: { label: 'Input', color: 'var(--input)' },
} as const satisfies ChartConfig<string>;

export type TokenSeries = keyof typeof TOKEN_SERIES;
