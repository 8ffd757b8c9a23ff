import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import type { ActivityRecord } from '../../../../shared/usage.ts';
import { snakeCase } from '../../../../shared/wire.ts';
import { Panel } from '../../../ui/Panel.tsx';
import css from './Detail.module.css';
import { Figures } from './Figures.tsx';

/** The sampling parameters that were in force, by the names that APIs use. */
export function ParametersPanel({ row }: { readonly row: ActivityRecord }): JSX.Element | null {
  const text = useTranslations('activity.detail');
  if (!row.inference) return null;
  const given = Object.entries(row.sampling ?? {}).flatMap(([name, value]) =>
    value === null ? [] : [{ label: snakeCase(name), value: String(value) }],
  );
  return (
    <Panel title={text('parameters')}>
      {given.length === 0 && <p className={css.quiet}>{text('noParameters')}</p>}
      <Figures figures={given} />
    </Panel>
  );
}
