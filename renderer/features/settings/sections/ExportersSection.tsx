import type { JSX } from 'react';
import type { ExporterState } from '../../../shared/slices.ts';
import { UNKNOWN, formatCount, formatMoment } from '../../../shared/format.ts';
import { useNow } from '../../state/clock.ts';
import { useSlice } from '../../state/context.tsx';
import { Badge } from '../../ui/Badge.tsx';
import { Note } from '../../ui/Note.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { Section } from './Section.tsx';
import css from './settings.module.css';

const NAMES: Readonly<Record<string, string>> = {
  postgres: 'PostgreSQL',
  clickhouse: 'ClickHouse',
  otlp: 'OpenTelemetry',
  reporter: 'Reporter',
  webhook: 'Alert webhook',
};

const STATUS: Record<
  ExporterState['status'],
  { readonly word: string; readonly tone: 'good' | 'bad' | 'neutral'; readonly solid: boolean }
> = {
  ok: { word: 'OK', tone: 'good', solid: true },
  failing: { word: 'Failing', tone: 'bad', solid: true },
  starting: { word: 'Starting', tone: 'neutral', solid: false },
};

/** The configured exporters and their states. */
export function ExportersSection(): JSX.Element {
  const exporters = useSlice('exporters');
  const now = useNow(false);
  return (
    <Section
      title="Sent elsewhere"
      note={
        <>
          Set up in settings.json, under <code>sinks</code> and <code>otlp</code>.
        </>
      }
    >
      {exporters.length === 0 ? (
        <Note>Figures are sent nowhere.</Note>
      ) : (
        <Table
          caption="Where figures are sent"
          columns={columns(now)}
          rows={exporters}
          rowKey={({ name }) => name}
        />
      )}
      {exporters.map(
        ({ name, message }) =>
          message !== null && (
            <p key={name} className={css.soft}>
              {message}
            </p>
          ),
      )}
    </Section>
  );
}

function nameOf(name: string): string {
  return NAMES[name] ?? name;
}

function columns(now: number): readonly Column<ExporterState>[] {
  return [
    { key: 'name', head: 'To', narrow: 'lead', cell: ({ name }) => nameOf(name) },
    {
      key: 'last',
      head: 'Last arrived',
      width: '112px',
      numeric: true,
      narrow: 'keep',
      cell: ({ lastSuccessAt }) =>
        lastSuccessAt === null ? UNKNOWN : formatMoment(lastSuccessAt, now),
    },
    {
      key: 'behind',
      head: 'Behind',
      unit: 'exchanges',
      width: '88px',
      numeric: true,
      narrow: 'keep',
      value: ({ behind }) => behind,
      cell: ({ behind }) => formatCount(behind),
    },
    {
      key: 'status',
      head: 'Status',
      width: '108px',
      narrow: 'leadEnd',
      cell: ({ status }) => (
        <Badge tone={STATUS[status].tone} solid={STATUS[status].solid}>
          {STATUS[status].word}
        </Badge>
      ),
    },
  ];
}
