/** A chart to draw: whose, and how much is in it. */
export interface ChartSize {
  readonly kind: 'ours' | 'uPlot';
  readonly points: number;
  readonly series: number;
}

export interface ChartBench {
  /** Draws it anew this many times. */
  draw(size: ChartSize, times: number): Promise<void>;
  /** Draws it once and moves its values on this many times. */
  update(size: ChartSize, times: number): Promise<void>;
}

declare global {
  interface Window {
    chartBench: ChartBench;
  }
}
