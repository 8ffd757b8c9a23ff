/** A table of insights and the exchanges that raised them. */
import { formatCount, formatDuration, formatRate } from '../../shared/format.ts';
import { formatInsightFigure } from '../../shared/insights.ts';
import type { Evidence, Insight, InsightKind } from '../../shared/insights.ts';
import type { Wire } from '../../shared/wire.ts';
import type { Exchange } from './insight-lab.ts';

export interface Raised {
  readonly insight: Wire<Insight>;
  /** Null if it is about a model or the machine. */
  readonly exchange: Exchange | null;
  /** What was asked of which server, for people. */
  readonly asked: string;
}

/** Markdown. */
export function insightTable(
  kinds: readonly InsightKind[],
  raised: ReadonlyMap<InsightKind, Raised>,
): string {
  const head = '| kind | raised by | said | evidence | what to do (saving) | action |';
  const rows = kinds.map((kind) => {
    const found = raised.get(kind);
    return found === undefined ? `| \`${kind}\` | not raised |  |  |  |  |` : row(found);
  });
  return [head, '| --- | --- | --- | --- | --- | --- |', ...rows, ''].join('\n');
}

function row({ insight, exchange, asked }: Raised): string {
  const { kind, scope, subject, title, evidence, advice, saving, action } = insight;
  const cells = [
    `\`${kind}\``,
    exchange === null ? `${scope} ${subject}: ${asked}` : `${figuresOf(exchange)}: ${asked}`,
    title,
    evidence.map(words).join('; '),
    `${advice ?? 'none'} (${saving === null ? 'no figure' : formatInsightFigure(saving)})`,
    action === null ? 'none' : Object.values(action).join(' '),
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function figuresOf({ id, model, usage, timing, rates }: Exchange): string {
  const { input_tokens: input, output_tokens: output } = usage;
  const tokens = `${formatCount(input)} tokens in, ${formatCount(output)} out`;
  const speed = formatRate(rates.output_tokens_per_second);
  return `exchange ${id} (${model ?? 'no model'}, ${tokens}, ${formatDuration(timing.duration_ms)}, ${speed})`;
}

function words({ label, value, unit }: Wire<Evidence>): string {
  const isFigure = typeof value === 'number' && unit !== null;
  return `${label} ${isFigure ? formatInsightFigure({ value, unit }) : value}`;
}
