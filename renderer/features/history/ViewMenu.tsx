import type { JSX, RefObject } from 'react';
import { useTranslations } from 'use-intl';
import { localDate } from '../../../shared/format.ts';
import type { History } from '../../../shared/history.ts';
import { fileName, toCsv } from '../../charts/export/csv.ts';
import { toPng } from '../../charts/export/png.ts';
import { useChartKit } from '../../charts/kit.tsx';
import { useReason } from '../../i18n/use-sentences.ts';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { historyTable } from './csv.ts';
import type { NamedLine } from './lines.ts';

const CSV_TYPE = 'text/csv;charset=utf-8';

/** Saves all charts as one picture, and their figures as one table. */
export function ViewMenu({
  history,
  groups,
  charts,
}: {
  readonly history: History;
  readonly groups: readonly NamedLine[];
  readonly charts: RefObject<HTMLDivElement | null>;
}): JSX.Element {
  const text = useTranslations('history');
  const { save } = useChartKit();
  const notify = useNotify();
  const reason = useReason();
  const name = text('fileName', { day: localDate(history.from) });
  const savePng = async (): Promise<void> => {
    if (charts.current === null) return;
    const title = text('pngTitle', { from: new Date(history.from), to: new Date(history.to) });
    save(fileName(name, 'png'), await toPng(charts.current, title));
  };
  const png = (): void => void savePng().catch((error: unknown) => notify(reason(error)));
  const csv = (): void =>
    save(
      fileName(name, 'csv'),
      new Blob([toCsv(historyTable(history, groups))], { type: CSV_TYPE }),
    );
  return (
    <MenuButton
      label={text('more')}
      entries={[
        { id: 'png', title: text('savePng'), run: png },
        { id: 'csv', title: text('saveCsv'), run: csv },
      ]}
    />
  );
}
