import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './Button.tsx';
import { markdownTable } from './markdown.ts';
import { cellText } from './sorted.ts';
import type { Column } from './Table.tsx';
import { useCopy } from './use-copy.ts';

/** Copies a table as Markdown, for notes and issues. */
export function CopyMarkdown<Row>({
  columns,
  rows,
}: {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}): JSX.Element {
  const text = useTranslations('frame');
  const copyText = useCopy();
  const copy = (): void => {
    const heads = columns.map(({ head, unit, numeric = false }) => ({
      title: unit === undefined ? head : `${head} (${unit})`,
      numeric,
    }));
    const cells = rows.map((row) => columns.map((column) => cellText(column, row) ?? ''));
    copyText(markdownTable(heads, cells));
  };
  return (
    <Button plain onClick={copy}>
      {text('copyMarkdown')}
    </Button>
  );
}
