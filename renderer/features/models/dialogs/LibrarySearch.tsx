import { useState } from 'react';
import type { JSX } from 'react';
import { useTranslations } from 'use-intl';
import { useApiData } from '../../../state/api.tsx';
import { Button } from '../../../ui/Button.tsx';
import { Field } from '../../../ui/Field.tsx';
import { Loaded } from '../../../ui/Loaded.tsx';
import { Note } from '../../../ui/Note.tsx';
import css from './dialogs.module.css';

interface LibraryModel {
  readonly name: string;
  readonly description: string | null;
  /** Tags such as `8b`. */
  readonly sizes: readonly string[];
  readonly capabilities: readonly string[];
  readonly pulls: string | null;
  readonly updated: string | null;
}

/** Searches the public library, only when asked to, because the words leave this machine. */
export function LibrarySearch({
  onChoose,
}: {
  readonly onChoose: (model: string) => void;
}): JSX.Element {
  const text = useTranslations('models.pullDialog');
  const [words, setWords] = useState('');
  const [asked, setAsked] = useState<string | null>(null);
  const result = useApiData<{ readonly models: readonly LibraryModel[] }>(
    '/ollama/library',
    { q: asked },
    { enabled: asked !== null },
  );
  return (
    <>
      <form
        className={css.search}
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(words.trim());
        }}
      >
        <Field label={text('search')} value={words} onChange={setWords} hint={text('searchHint')} />
        <Button>{text('find')}</Button>
      </form>
      {asked !== null && (
        <Loaded result={result}>
          {({ models }) => <Results models={models} onChoose={onChoose} />}
        </Loaded>
      )}
    </>
  );
}

function Results({
  models,
  onChoose,
}: {
  readonly models: readonly LibraryModel[];
  readonly onChoose: (model: string) => void;
}): JSX.Element {
  const text = useTranslations('models.pullDialog');
  if (models.length === 0) return <Note>{text('nothing')}</Note>;
  return (
    <ul className={css.found} aria-label={text('found')} tabIndex={0}>
      {models.map((model) => (
        <Found key={model.name} model={model} onChoose={onChoose} />
      ))}
    </ul>
  );
}

function Found({
  model: { name, description, sizes, capabilities, pulls, updated },
  onChoose,
}: {
  readonly model: LibraryModel;
  readonly onChoose: (model: string) => void;
}): JSX.Element {
  const text = useTranslations('models.pullDialog');
  const facts = [
    ...capabilities,
    pulls === null ? null : text('pulls', { count: pulls }),
    updated === null ? null : text('updated', { when: updated }),
  ].filter((fact) => fact !== null);
  const tags = sizes.length === 0 ? [name] : sizes.map((size) => `${name}:${size}`);
  return (
    <li>
      <p className={css.name}>{name}</p>
      {description !== null && <p>{description}</p>}
      <p className={css.about}>{facts.join(' · ')}</p>
      <div className={css.tags} role="group" aria-label={text('tags', { name })}>
        {tags.map((tag) => (
          <Button key={tag} plain onClick={() => onChoose(tag)}>
            {tag}
          </Button>
        ))}
      </div>
    </li>
  );
}
