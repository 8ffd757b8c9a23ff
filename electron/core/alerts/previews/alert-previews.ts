import type { AlertPreview } from '../../../../shared/alert-history.ts';
import { figureOf } from '../../../../shared/alert-figures.ts';
import type { FigureName } from '../../../../shared/alert-figures.ts';
import { noted, plain } from '../../../../shared/sentences.ts';
import type { PlainCode } from '../../../../shared/sentences.ts';
import type { PreviewRequest, PreviewSources } from './past.ts';
import { previewGpu } from './gpu-preview.ts';
import { previewInFlight, previewToday, previewWindow } from './row-previews.ts';

/** Figures of the state whose past can be told from the rows. */
const IN_FLIGHT: readonly FigureName[] = [
  'requests_in_flight',
  'requests_waiting',
  'request_age_ms',
];

/** Why the past of a figure is not known. */
const NOT_STORED: Readonly<Partial<Record<FigureName, PlainCode>>> = {
  output_tokens_per_second: 'past_throughput',
  upstream_down: 'past_upstream',
  insights_current: 'past_insights',
  budget_used_percent: 'past_budget',
};

/** Tells when a rule would have fired in the past. It only reads. */
export class AlertPreviews {
  readonly #sources: PreviewSources;

  constructor(sources: PreviewSources) {
    this.#sources = sources;
  }

  /** Rejects if the ledger cannot be read, or if the signal is aborted. */
  async preview(request: PreviewRequest): Promise<AlertPreview> {
    const { rule, from, to } = request;
    const figure = figureOf(rule.figure);
    if (figure.kind === 'window') return previewWindow(this.#sources, request, figure);
    if (figure.kind === 'today') return previewToday(this.#sources, request);
    if (figure.splits.includes('gpu')) return previewGpu(this.#sources, request);
    if (IN_FLIGHT.includes(rule.figure)) return previewInFlight(this.#sources, request);
    const said = plain(NOT_STORED[rule.figure] ?? 'past_unknown');
    return { isKnown: false, ...noted(said), from, to, resolutionMs: null, count: 0, alerts: [] };
  }
}
