import { useCallback, useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import {
  UNKNOWN,
  formatCompact,
  formatDuration,
  formatElapsed,
  formatMarked,
  formatRate,
  formatSpan,
} from '../../../shared/format.ts';
import type { PublicRecord } from '../../../shared/public-record.ts';
import type { TimeRange } from '../../charts/group/group-store.ts';
import { LaneChart } from '../../charts/lanes/LaneChart.tsx';
import { PHASES } from '../../../shared/phases.ts';
import type { Phase } from '../../../shared/phases.ts';
import type { LaneExchange } from '../../charts/lanes/lanes.ts';
import { navigate } from '../../state/address.ts';
import { useSliceOfSecond } from '../../state/context.tsx';
import { addressOf } from '../../../shared/page-address.ts';
import { Panel } from '../../ui/Panel.tsx';
import { describeOutcome } from './describe.ts';
import { laneExchanges, rowIdOf } from './lane-exchanges.ts';
import { LIVE_SPAN_MS } from './live-span.ts';
import type { OverviewText } from './words.ts';

const SPAN = formatSpan(LIVE_SPAN_MS);
const LANES = 5;

/** The exchanges of the last minutes, each as a strip of its phases. */
export function LanesPanel({ range }: { readonly range: TimeRange }): JSX.Element {
  const text = useTranslations('overview');
  const recent = useSliceOfSecond('recent');
  const inFlight = useSliceOfSecond('inFlight');
  const unnamed = text('lanes.unnamed');
  const exchanges = useMemo(
    () => laneExchanges(recent, inFlight, { from: range.from, unnamed }),
    [recent, inFlight, range.from, unnamed],
  );
  const phaseNames = useMemo(() => namesOf(text), [text]);
  const describe = useCallback(
    (exchange: LaneExchange): string[] => {
      const id = rowIdOf(exchange.id);
      const record = recent.find((each) => String(each.id) === id);
      return [
        exchange.name,
        ...(record === undefined
          ? describeRunning(exchange, range.to, text)
          : describeFinished(record, text)),
      ];
    },
    [recent, range.to, text],
  );
  return (
    <Panel title={text('lanes.title')} aside={text('lanes.aside', { span: SPAN })}>
      <LaneChart
        exchanges={exchanges}
        range={range}
        lanes={LANES}
        label={text('lanes.label', { span: SPAN })}
        phaseNames={phaseNames}
        describe={describe}
        describeLeftOut={(count) => text('lanes.more', { count: String(count) })}
        onOpen={(id) => navigate(addressOf('activity', rowIdOf(id) ?? undefined))}
        noData={text('lanes.noData', { span: SPAN })}
      />
    </Panel>
  );
}

function namesOf(text: OverviewText): Record<Phase, string> {
  const [queue, load, prefill, decode] = PHASES.map((phase) => text(`lanes.phases.${phase}`));
  return { queue: queue ?? '', load: load ?? '', prefill: prefill ?? '', decode: decode ?? '' };
}

function describeRunning(exchange: LaneExchange, now: number, text: OverviewText): string[] {
  const last = exchange.segments.at(-1);
  if (last === undefined) return [];
  const phase = text(`lanes.phases.${last.phase}`);
  return [text('lanes.running', { phase, time: formatElapsed(now - last.from) })];
}

function describeFinished(record: PublicRecord, text: OverviewText): string[] {
  const { usage, rates, timing } = record;
  const { provenance } = usage;
  const outcome = describeOutcome(record, text);
  const input = formatMarked(formatCompact(usage.inputTokens), provenance.input);
  const output = formatMarked(formatCompact(usage.outputTokens), provenance.output);
  const phases = PHASES.map((phase) => [phase, timing[`${phase}Ms`]] as const);
  const lines = [
    ...(record.error === null ? [] : [outcome.long ?? outcome.short]),
    formatDuration(timing.durationMs),
    ...phases.map(([phase, ms]) =>
      ms === null || ms === 0 ? UNKNOWN : `${text(`lanes.phases.${phase}`)} ${formatDuration(ms)}`,
    ),
    input === UNKNOWN ? UNKNOWN : text('lanes.inputTokens', { tokens: input }),
    output === UNKNOWN ? UNKNOWN : text('lanes.outputTokens', { tokens: output }),
    formatMarked(formatRate(rates.outputTokensPerSecond), rates.provenance.output),
  ];
  return lines.filter((line) => line !== UNKNOWN);
}
