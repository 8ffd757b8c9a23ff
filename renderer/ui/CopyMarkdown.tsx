import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useBridge } from '../state/context.tsx';
import { Button } from './Button.tsx';
import { markdownTable } from './markdown.ts';
import { useNotify } from './notices.tsx';
import { cellText } from './sorted.ts';
import type { Column } from './Table.tsx';

/** Copies a table as Markdown, for notes and issues. */
export function CopyMarkdown<Row>({
  columns,
  rows,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}): JSX.Element {
  const text = useTranslations('frame');
  const bridge = useBridge();
  const notify = useNotify();
  const copy = (): void => {
    const heads = columns.map(({ head, unit, numeric = false }) => ({
      title: unit === undefined ? head : `${head} (${unit})`,
      numeric,
    }));
    const cells = rows.map((row) => columns.map((column) => cellText(column, row) ?? ''));
    bridge.call('copyText', markdownTable(heads, cells)).then(
      () => notify(text('copiedShort')),
      () => notify(text('copyFailed')),
    );
  };
  return (
    <Button plain onClick={copy}>
      {text('copyMarkdown')}
    </Button>
  );
}
