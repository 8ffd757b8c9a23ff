import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { addressOf } from '../../../shared/page-address.ts';
import { SearchField } from '../../ui/SearchField.tsx';
import { SECTIONS } from './sections.ts';
import type { SectionName } from './sections.ts';
import { useFoundSettings } from './use-found-settings.ts';
import type { FoundSetting } from './use-found-settings.ts';
import css from './settings.module.css';

interface SectionListProps {
  readonly current: SectionName;
  readonly search: string;
  readonly onSearch: (text: string) => void;
}

/** All sections; while something is searched, the settings whose words match. */
export function SectionList({ current, search, onSearch }: SectionListProps): JSX.Element {
  const text = useTranslations('settings');
  const found = useFoundSettings(search);
  const shown = SECTIONS.filter((name) => found === null || found.has(name));
  return (
    <nav className={css.sections} aria-label={text('list')}>
      <SearchField label={text('search')} value={search} onChange={onSearch} />
      {shown.length === 0 && <p className={css.soft}>{text('searchNone')}</p>}
      <ul>
        {shown.map((name) => (
          <li key={name}>
            <a
              className={css.sectionLink}
              href={`#${addressOf('settings', name)}`}
              aria-current={name === current ? 'true' : undefined}
            >
              {text(`sections.${name}.title`)}
            </a>
            {found !== null && <FoundLinks section={name} found={found.get(name) ?? []} />}
          </li>
        ))}
      </ul>
    </nav>
  );
}

function FoundLinks({
  section,
  found,
}: {
  readonly section: SectionName;
  readonly found: readonly FoundSetting[];
}): JSX.Element {
  return (
    <ul className={css.found}>
      {found.map(({ path, label }) => (
        <li key={path}>
          <a
            className={css.foundLink}
            href={`#${addressOf('settings', section)}?setting=${encodeURIComponent(path)}`}
          >
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}
