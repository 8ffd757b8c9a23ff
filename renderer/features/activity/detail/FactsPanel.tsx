import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { ESTIMATE_MARK, formatBytes, formatClock, localDate } from '../../../../shared/format.ts';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Figures } from './Figures.tsx';
import type { Figure } from './Figures.tsx';

function sessionText({ sessionId, sessionSource }: ActivityRecord): string | null {
  return sessionSource === 'inferred' && sessionId !== null
    ? `${ESTIMATE_MARK}${sessionId}`
    : sessionId;
}

/** Who asked what of whom, and how it was answered. Unknown facts are left out. */
export function FactsPanel({ row }: { readonly row: ActivityRecord }): JSX.Element {
  const text = useTranslations('activity.detail');
  const { client, features } = row;
  const moment = (at: number): string => `${localDate(at)} ${formatClock(at)}`;
  const used = (['tools', 'images', 'structuredOutput', 'thinking'] as const)
    .filter((name) => features[name] === true)
    .map((name) => text(name));
  const isRenamed = row.responseModel !== null && row.responseModel !== row.model;
  const facts: readonly (readonly [string, string | null])[] = [
    [text('model'), row.model],
    [text('answeredBy'), isRenamed ? row.responseModel : null],
    [text('server'), row.upstream],
    [text('path'), `${row.method} ${row.endpoint}`],
    [text('started'), moment(row.startedAt)],
    [text('finished'), moment(row.completedAt)],
    [text('client'), client.application],
    [text('key'), client.key],
    [text('process'), client.process],
    [text('address'), client.address],
    [text('origin'), client.origin],
    [text('tag'), client.tag],
    [text('session'), sessionText(row)],
    [text('status'), row.status === null ? null : `${row.status}`],
    [text('finish'), row.finishReason],
    [text('stream'), row.stream === null ? null : text(row.stream ? 'yes' : 'no')],
    [text('bytes'), `${formatBytes(row.bytesIn)}, ${formatBytes(row.bytesOut)}`],
    [text('features'), used.length === 0 ? null : used.join(', ')],
  ];
  const figures = facts.flatMap(([label, value]): Figure[] =>
    value === null ? [] : [{ label, value }],
  );
  return (
    <Panel title={text('facts')}>
      <Figures figures={figures} />
    </Panel>
  );
}
