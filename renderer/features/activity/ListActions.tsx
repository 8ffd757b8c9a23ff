import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityRecord } from '../../../shared/usage.ts';
import type { Query } from '../../client/api.ts';
import { saveFile } from '../../client/save.ts';
import { useReason } from '../../i18n/use-sentences.ts';
import { useApi } from '../../state/api.tsx';
import { Button } from '../../ui/Button.tsx';
import { markdownTable } from '../../ui/markdown.ts';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { useNotify } from '../../ui/notices.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { ColumnsDialog } from './ColumnsDialog.tsx';
import { useOutcomeText } from './outcome.tsx';
import type { ColumnChoice } from './use-columns.ts';
import type { Rows } from './use-rows.ts';

/** Rows that are copied at most. */
const COPIED = 200;

/** Columns, export, copy. */
export function ListActions({
  rows,
  columns,
  query,
}: {
  readonly rows: Rows;
  readonly columns: ColumnChoice;
  readonly query: Query;
}): JSX.Element {
  const text = useTranslations('activity');
  const more = useTranslations('frame')('more');
  const [isOpen, setOpen] = useState(false);
  const exportCsv = useExport(query);
  const copy = useCopyRows(rows, columns);
  return (
    <>
      <Button onClick={() => setOpen(true)}>{text('columns')}</Button>
      <MenuButton
        label={more}
        entries={[
          { id: 'csv', title: text('exportCsv'), run: exportCsv },
          { id: 'markdown', title: text('copyMarkdown'), run: copy },
        ]}
      />
      {isOpen && <ColumnsDialog choice={columns} onClose={() => setOpen(false)} />}
    </>
  );
}

/** Saves all rows of the filter, of any number. */
function useExport(query: Query): () => void {
  const text = useTranslations('activity');
  const api = useApi();
  const notify = useNotify();
  const name = 'activity.csv';
  const reason = useReason();
  return () => {
    api.file('/export/activity', { ...query, format: 'csv' }).then(
      (content) => {
        saveFile(name, content);
        notify(text('exported', { name }));
      },
      (error: unknown) => {
        const message = reason(error);
        notify(text('exportFailed', { message }));
      },
    );
  };
}

/** Copies the loaded rows, from the newest on, with the shown columns. */
function useCopyRows(rows: Rows, columns: ColumnChoice): () => void {
  const text = useTranslations('activity');
  const outcome = useOutcomeText();
  const copyText = useCopy();
  return () => {
    const now = Date.now();
    const heads = columns.shown.map(({ id, numeric, unit }) => {
      const title = text(`heads.${id}`);
      return { title: unit === null ? title : `${title} (${text(`units.${unit}`)})`, numeric };
    });
    const cells = loaded(rows).map((row) =>
      columns.shown.map(({ id, text: cell }) => (id === 'outcome' ? outcome(row) : cell(row, now))),
    );
    copyText(markdownTable(heads, cells));
  };
}

function loaded(rows: Rows): ActivityRecord[] {
  const found: ActivityRecord[] = [];
  for (let index = 0; index < Math.min(rows.total ?? 0, COPIED); index++) {
    const row = rows.row(index);
    if (row !== null) found.push(row);
  }
  return found;
}
