import { memo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { Footprint } from '../../../shared/footprint.ts';
import type { TimeRange } from '../../state/range.ts';
import { useApiData } from '../../state/api.tsx';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { Loaded } from '../../ui/Loaded.tsx';
import { Note } from '../../ui/Note.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Table } from '../../ui/Table.tsx';
import { useFootprintColumns } from './footprint-columns.ts';
import type { UseRow } from './footprint-columns.ts';
import { FootprintCharts } from './FootprintCharts.tsx';
import css from './hardware.module.css';

const EVERY_MS = 10_000;

/** What Tokwatt itself uses, with its window open and closed. */
export const FootprintPanel = memo(function FootprintPanel({
  range,
}: {
  readonly range: TimeRange;
}): JSX.Element {
  const text = useTranslations('hardware.footprint');
  const result = useApiData<Footprint>('/footprint', {}, { everyMs: EVERY_MS });
  return (
    <Panel title={text('title')}>
      <Loaded result={result}>
        {(footprint) =>
          footprint.current === null ? (
            <Note>{text('starting')}</Note>
          ) : (
            <div className={css.device}>
              <Use footprint={footprint} />
              <FootprintCharts {...{ range }} history={footprint.history} />
            </div>
          )
        }
      </Loaded>
    </Panel>
  );
});

function Use({ footprint }: { readonly footprint: Footprint }): JSX.Element {
  const text = useTranslations('hardware.footprint');
  const columns = useFootprintColumns();
  const rows = useRows(footprint);
  return (
    <div>
      <Table
        caption={text('caption')}
        columns={columns}
        rows={rows}
        rowKey={({ key }) => key}
        rowAttributes={({ key }) => ({ 'data-use': key })}
      />
      <Note footnote>
        {text('note')} <CopyMarkdown columns={columns} rows={rows} />
      </Note>
    </div>
  );
}

/** Now, the means with the window open and closed, and the kinds of processes now. */
function useRows({ current, means, processes }: Footprint): readonly UseRow[] {
  const text = useTranslations('hardware.footprint');
  const mean = (isWindowOpen: boolean): UseRow => {
    const found = means.find((each) => each.isWindowOpen === isWindowOpen);
    const nothing = { cpuCores: null, memoryBytes: null, estimatedPowerW: null, minutes: null };
    const key = isWindowOpen ? 'open' : 'closed';
    return { ...nothing, ...found, key, name: text(key) };
  };
  return [
    ...(current === null ? [] : [{ ...current, key: 'now', name: text('now'), minutes: null }]),
    mean(true),
    mean(false),
    ...processes.map((process) => ({
      ...{ ...process, key: process.kind, name: text(`kinds.${process.kind}`) },
      ...{ estimatedPowerW: null, minutes: null },
    })),
  ];
}
