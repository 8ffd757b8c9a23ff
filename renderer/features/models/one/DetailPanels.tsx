import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { UNKNOWN, formatBytes } from '../../../../shared/format.ts';
import type { ModelDetail, ModelRow } from '../../../../shared/models-view.ts';
import { useSay } from '../../../i18n/use-sentences.ts';
import { useApiData } from '../../../state/api.tsx';
import { addressOf } from '../../../../shared/page-address.ts';
import { Loaded } from '../../../ui/Loaded.tsx';
import { LongName } from '../../../ui/LongName.tsx';
import { Note } from '../../../ui/Note.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { Table } from '../../../ui/Table.tsx';
import type { Column } from '../../../ui/Table.tsx';
import { energyColumn, firstTokenColumn, quantization, speedColumn } from '../columns.tsx';
import css from '../Models.module.css';
import { OVERVIEW } from '../use-overview.ts';
import { FitPanel } from './FitPanel.tsx';
import { LoadsPanel } from './LoadsPanel.tsx';
import own from './one.module.css';
import { ToldPanel } from './ToldPanel.tsx';

const REFRESH_MS = 60_000;

/** What takes the token, because servers tell system prompts: variants, memory, loads, parameters. */
export function DetailPanels({ model }: { readonly model: ModelRow }): JSX.Element {
  const say = useSay();
  const path = `${OVERVIEW}/${encodeURIComponent(model.name)}`;
  const result = useApiData<ModelDetail>(path, {}, { everyMs: REFRESH_MS });
  return (
    <Loaded result={result}>
      {(detail) => (
        <>
          <div className={own.pair}>
            <FitPanel
              fit={detail.fit}
              note={detail.fitNote && say(detail.fitNoteSentence, detail.fitNote)}
            />
            <LoadsPanel loads={detail.loads} />
          </div>
          <Variants detail={detail} />
          <ToldPanel descriptions={detail.descriptions} />
        </>
      )}
    </Loaded>
  );
}

function Variants({ detail: { model, variants } }: { readonly detail: ModelDetail }): JSX.Element {
  const text = useTranslations('models.variants');
  const columns = useVariantColumns(model.name);
  return (
    <Panel title={text('title')}>
      {variants.length === 0 ? (
        <Note>{text(model.family === null ? 'noFamily' : 'none')}</Note>
      ) : (
        <Table
          caption={text('caption')}
          columns={columns}
          rows={[model, ...variants]}
          rowKey={({ name }) => name}
        />
      )}
    </Panel>
  );
}

function useVariantColumns(own: string): readonly Column<ModelRow>[] {
  const text = useTranslations('models');
  return [
    {
      ...{ key: 'model', head: text('columns.model'), narrow: 'lead' },
      cell: ({ name }) => (
        <span className={css.nameCell}>
          <a className={css.name} href={`#${addressOf('models', name)}`}>
            <LongName>{name}</LongName>
          </a>
          {name === own && <span className={css.mark}>{text('variants.this')}</span>}
        </span>
      ),
      text: ({ name }) => name,
    },
    {
      ...{ key: 'parameters', head: text('one.parameters'), width: '92px', narrow: 'drop' },
      ...{ numeric: true },
      cell: ({ parameterSize }) => parameterSize ?? UNKNOWN,
    },
    {
      ...{ key: 'size', head: text('columns.size'), width: '76px', narrow: 'keep', numeric: true },
      cell: ({ sizeBytes }) => formatBytes(sizeBytes),
    },
    quantization(text),
    speedColumn(text),
    firstTokenColumn(text),
    energyColumn(text),
  ];
}
