import { useMemo } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ClientModel, ClientRow } from '../../../shared/clients.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { CopyMarkdown } from '../../ui/CopyMarkdown.tsx';
import { LongName } from '../../ui/LongName.tsx';
import { Note } from '../../ui/Note.tsx';
import { Table } from '../../ui/Table.tsx';
import type { Column } from '../../ui/Table.tsx';
import { useSorted } from '../../ui/sorted.ts';
import css from './clients.module.css';
import { useCountColumns } from './count-columns.tsx';

export interface ClientModelsProps {
  readonly row: ClientRow;
  readonly title: string;
}

/** What a client asked of which model. */
export function ClientModels({
  row: { models, otherModels },
  title,
}: ClientModelsProps): JSX.Element {
  const text = useTranslations('clients');
  const columns = useModelColumns();
  const { rows, ...sorting } = useSorted(models, columns, {
    key: 'input',
    direction: 'descending',
  });
  return (
    <>
      <Table
        caption={text('modelsCaption', { name: title })}
        columns={columns}
        rows={rows}
        rowKey={({ model }) => model ?? ''}
        {...sorting}
      />
      <Note footnote>
        {otherModels > 0 && text('otherModels', { count: otherModels })}{' '}
        <CopyMarkdown columns={columns} rows={rows} />
      </Note>
    </>
  );
}

function useModelColumns(): readonly Column<ClientModel>[] {
  const text = useTranslations('clients');
  const counts = useCountColumns<ClientModel>();
  return useMemo(
    () => [
      {
        ...{ key: 'model', head: text('model'), narrow: 'lead' },
        text: ({ model }) => model ?? text('unknownModel'),
        cell: ({ model }) => <ModelName model={model} />,
      },
      ...counts,
    ],
    [text, counts],
  );
}

function ModelName({ model }: Pick<ClientModel, 'model'>): JSX.Element {
  const text = useTranslations('clients');
  if (model === null) return <span className={css.none}>{text('unknownModel')}</span>;
  return (
    <a className={css.link} href={`#${addressOf('models', model)}`}>
      <LongName>{model}</LongName>
    </a>
  );
}
