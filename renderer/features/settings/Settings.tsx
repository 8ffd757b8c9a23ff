import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { usePart } from '../../state/address.ts';
import { addressOf } from '../../../shared/page-address.ts';
import { Banner } from '../../ui/Banner.tsx';
import { Button } from '../../ui/Button.tsx';
import { EditableSettings } from './page-context.tsx';
import { SectionList } from './SectionList.tsx';
import { SECTION_PAGES } from './section-pages.ts';
import { sectionNamed } from './sections.ts';
import type { SectionName } from './sections.ts';
import css from './settings.module.css';
import { useShownSetting } from './use-shown-setting.ts';
import { useSettings } from './use-settings.ts';
import type { LoadedSettings } from './use-settings.ts';

/** All settings: a list of sections with a search at the left, the chosen section at the right. */
export function Settings(): JSX.Element {
  const named = sectionNamed(usePart());
  const section = named ?? 'upstreams';
  const [search, setSearch] = useState('');
  return (
    <div className={css.page} data-chosen={named !== null}>
      <SectionList current={section} search={search} onSearch={setSearch} />
      <Chosen key={section} section={section} isNamed={named !== null} />
    </div>
  );
}

function Chosen({
  section,
  isNamed,
}: {
  readonly section: SectionName;
  readonly isNamed: boolean;
}): JSX.Element {
  const text = useTranslations('settings');
  const settings = useSettings();
  const place = useShownSetting(isNamed, settings.view !== null);
  const title = text(`sections.${section}.title`);
  return (
    <section ref={place} className={css.chosen} aria-label={title}>
      <a className={css.back} href={`#${addressOf('settings')}`}>
        {text('back')}
      </a>
      <div className={css.head}>
        <h2 className={css.title} tabIndex={-1}>
          {title}
        </h2>
        <p className={css.note}>{text(`sections.${section}.note`)}</p>
      </div>
      <Content section={section} settings={settings} />
    </section>
  );
}

function Content({
  section,
  settings: { status, view, error, load, update },
}: {
  readonly section: SectionName;
  readonly settings: LoadedSettings;
}): JSX.Element {
  const text = useTranslations('settings');
  const { Component, needsSettings } = SECTION_PAGES[section];
  return (
    <>
      {status === 'failed' && (
        <div role="alert">
          <Banner tone="bad" action={<Button onClick={load}>{text('tryAgain')}</Button>}>
            {text('failed')} {error}
          </Banner>
        </div>
      )}
      {view !== null && (
        <EditableSettings view={view} update={update}>
          <Component />
        </EditableSettings>
      )}
      {view === null && !needsSettings && <Component />}
    </>
  );
}
