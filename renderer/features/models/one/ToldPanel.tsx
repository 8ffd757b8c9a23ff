import type { JSX, ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { ModelDescription, ModelFact } from '../../../../shared/models-view.ts';
import { Note } from '../../../ui/Note.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import css from './one.module.css';

/** Capabilities, launch parameters and texts, as each server tells them. */
export function ToldPanel({
  descriptions,
}: {
  readonly descriptions: readonly ModelDescription[];
}): JSX.Element {
  const text = useTranslations('models.told');
  if (descriptions.length === 0) {
    return (
      <Panel title={text('parameters')}>
        <Note>{text('none')}</Note>
      </Panel>
    );
  }
  return (
    <>
      {descriptions.map((description) => (
        <Told key={description.upstream} description={description} />
      ))}
    </>
  );
}

function Told({ description }: { readonly description: ModelDescription }): JSX.Element {
  const text = useTranslations('models.told');
  const { upstream, capabilities, parameters, facts, template, system, license } = description;
  return (
    <Panel title={text('title', { upstream })}>
      {capabilities !== null && capabilities.length > 0 && (
        <>
          <h3 className={css.small}>{text('capabilities')}</h3>
          <ul className={css.tags}>
            {capabilities.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </>
      )}
      <h3 className={css.small}>{text('parameters')}</h3>
      {parameters.length === 0 ? <Note>{text('noParameters')}</Note> : <Pairs facts={parameters} />}
      <Folded title={text('facts')} isShown={facts.length > 0}>
        <Pairs facts={facts} />
      </Folded>
      {[
        { key: 'template', content: template } as const,
        { key: 'system', content: system } as const,
        { key: 'license', content: license } as const,
      ].map(({ key, content }) => (
        <Folded key={key} title={text(key)} isShown={content !== null}>
          <pre className={css.code} tabIndex={0}>
            {content}
          </pre>
        </Folded>
      ))}
    </Panel>
  );
}

function Folded({
  title,
  isShown,
  children,
}: {
  readonly title: string;
  readonly isShown: boolean;
  readonly children: ReactNode;
}): JSX.Element | null {
  if (!isShown) return null;
  return (
    <details className={css.folded}>
      <summary>{title}</summary>
      {children}
    </details>
  );
}

/** A name may occur more than once, such as `stop`. */
function Pairs({ facts }: { readonly facts: readonly ModelFact[] }): JSX.Element {
  return (
    <dl className={css.pairs}>
      {facts.map(({ name, value }, index) => (
        <div key={`${name}/${index}`}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
