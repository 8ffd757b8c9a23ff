import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { Problem } from '../Section.tsx';
import css from './Licences.module.css';

/** Beside the page; the build makes it from what is bundled. */
const FILE = './licences.txt';

/** The packages whose code is shipped, and their licences. They are read when they are opened. */
export function Licences(): JSX.Element {
  const text = useTranslations('settings.about');
  const [found, setFound] = useState<string | null>(null);
  const [isMissing, setMissing] = useState(false);
  const read = async (): Promise<void> => {
    try {
      const answer = await fetch(FILE);
      setMissing(!answer.ok);
      if (answer.ok) setFound(await answer.text());
    } catch {
      setMissing(true);
    }
  };
  return (
    <details
      className={css.folded}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open && found === null) void read();
      }}
    >
      <summary>{text('licences')}</summary>
      {isMissing && <Problem line={text('licencesMissing')} />}
      {found !== null && <List found={found} />}
    </details>
  );
}

function List({ found }: { readonly found: string }): JSX.Element {
  const text = useTranslations('settings.about');
  const end = found.indexOf('\n\n');
  const packages = found.slice(0, end).split('\n');
  return (
    <>
      <p>{text('licencesNote', { count: packages.length })}</p>
      <ul className={css.packages} translate="no">
        {packages.map((each) => (
          <li key={each}>{each}</li>
        ))}
      </ul>
      {/* It scrolls, so the keyboard must reach it. */}
      <pre className={css.texts} tabIndex={0} aria-label={text('licences')} lang="en">
        {found.slice(end).trim()}
      </pre>
    </>
  );
}
