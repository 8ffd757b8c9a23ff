import {
  UNKNOWN,
  formatCount,
  formatDuration,
  formatMarked,
  formatRate,
} from '../../../shared/format.ts';
import { formatWattHours } from '../../../shared/format-energy.ts';
import { formatMoney } from '../../../shared/format-cost.ts';
import type { AnswerRow } from './types.ts';

export const FIGURE_NAMES = [
  'firstToken',
  'speed',
  'input',
  'output',
  'duration',
  'energy',
  'cost',
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

/** A figure of an answer, as text and as the number of its row; null if unknown. */
export interface AnswerFigure {
  readonly text: string;
  readonly value: number | null;
}

/** The figures of an answer's row; all unknown without one. */
export function figuresOf(row: AnswerRow | null): Readonly<Record<FigureName, AnswerFigure>> {
  const { usage, rates, timing, energyJoules = null } = row ?? {};
  const speed = rates?.outputTokensPerSecond ?? null;
  const input = usage?.inputTokens ?? null;
  const output = usage?.outputTokens ?? null;
  const wattHours = energyJoules === null ? UNKNOWN : `${formatWattHours(energyJoules)} Wh`;
  return {
    firstToken: duration(timing?.timeToFirstTokenMs),
    speed: {
      value: speed,
      text: formatMarked(formatRate(speed), rates?.provenance.output ?? null),
    },
    input: {
      value: input,
      text: formatMarked(formatCount(input), usage?.provenance.input ?? null),
    },
    output: {
      value: output,
      text: formatMarked(formatCount(output), usage?.provenance.output ?? null),
    },
    duration: duration(timing?.durationMs),
    energy: { value: energyJoules, text: formatMarked(wattHours, 'estimated') },
    cost: costOf(row),
  };
}

function duration(ms: number | null = null): AnswerFigure {
  return { value: ms, text: formatDuration(ms) };
}

/** What the electricity cost; an estimate, because the energy is one. */
function costOf(row: AnswerRow | null): AnswerFigure {
  const electricity = row?.cost.electricity ?? null;
  if (electricity === null) return { value: null, text: UNKNOWN };
  const { cost, currency } = electricity;
  return { value: cost, text: formatMarked(formatMoney(cost, currency), 'estimated') };
}
